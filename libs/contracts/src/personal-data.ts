/** Finds the fields that schemas mark as personal data. */

/** JSON pointers of every field marked `x-personal-data`, `*` standing for any element of a list. */
export function personalDataIn(schema: object, pointer = ''): string[] {
  const node = schema as Readonly<Record<string, unknown>>;
  if (node['x-personal-data'] === true) return [pointer];
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, object>).flatMap(([name, property]) =>
    personalDataIn(property, `${pointer}/${name}`),
  );
  const items = node['items'] ? personalDataIn(node['items'], `${pointer}/*`) : [];
  const variants = ((node['anyOf'] ?? []) as object[]).flatMap((variant) => personalDataIn(variant, pointer));
  return [...new Set([...properties, ...items, ...variants])];
}

/**
 * JSON pointers of texts that anybody may have written anything into, and that neither are marked as personal data nor
 * say why they hold none.
 */
export function unexplainedTexts(schema: object, pointer = ''): string[] {
  const node = schema as Readonly<Record<string, unknown>>;
  if (node['x-personal-data'] === true || typeof node['x-not-personal'] === 'string') return [];
  const isClosed = node['const'] !== undefined || node['enum'] !== undefined || node['format'] !== undefined;
  const own = node['type'] === 'string' && !isClosed ? [pointer] : [];
  const properties = Object.entries((node['properties'] ?? {}) as Record<string, object>).flatMap(([name, property]) =>
    unexplainedTexts(property, `${pointer}/${name}`),
  );
  const items = node['items'] ? unexplainedTexts(node['items'], `${pointer}/*`) : [];
  const variants = ((node['anyOf'] ?? []) as object[]).flatMap((variant) => unexplainedTexts(variant, pointer));
  return [...own, ...properties, ...items, ...variants];
}
