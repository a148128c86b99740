export function withPlainNames(code: string): string;
