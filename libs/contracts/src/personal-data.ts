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
