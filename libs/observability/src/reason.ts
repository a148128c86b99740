/** Why something could not be reached, from an error of Node's net, tls or fetch. */
export function reasonOf(error: unknown): string {
  const { message, cause, errors } = error as { message?: string; cause?: unknown; errors?: unknown };
  // Where a name has several addresses, each has failed by itself and the whole has no message.
  if (Array.isArray(errors) && errors.length > 0) return [...new Set(errors.map(reasonOf))].join(', ');
  return cause === undefined || cause === null ? (message ?? String(error)) : reasonOf(cause);
}
