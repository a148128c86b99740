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
 * By type of event, the texts that its schema marks as personal data, and the field that names their person: as deciders
 * say what is to be sealed.
 * @throws Error for a mark on something below the top of the data
 */
export function personalTexts<Type extends string>(
  schemas: Readonly<Record<Type, object>>,
  person: string,
): Record<Type, { readonly person: string; readonly texts: readonly string[] }> {
  const entries = Object.entries<object>(schemas).map(([type, schema]) => {
    const texts = personalDataIn(schema).map((pointer) => pointer.slice(1));
    const deep = texts.find((name) => name.includes('/'));
    if (deep !== undefined) throw new Error(`${type}: ${deep} lies too deep to be sealed.`);
    return [type, { person, texts }];
  });
  return Object.fromEntries(entries) as Record<Type, { person: string; texts: string[] }>;
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
