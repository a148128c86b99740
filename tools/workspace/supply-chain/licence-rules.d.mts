interface Package {
  readonly name: string;
  readonly licence: string | undefined;
  readonly dev: boolean;
}
export function licenceOf(manifest: object): string | undefined;
export function isAllowed(expression: string | undefined): boolean;
export function refusedPackages<One extends Package>(packages: readonly One[]): One[];
