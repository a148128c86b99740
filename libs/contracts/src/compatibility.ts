/** Decides whether a published schema may be replaced by another without a new version. */

type Schema = Readonly<Record<string, unknown>>;

/** Keywords that change nothing for readers or writers. */
const explanatory = new Set(['description', 'title', '$comment', 'examples', 'deprecated', 'x-not-personal']);
const structural = new Set(['type', 'const', 'enum', 'properties', 'required', 'items', 'anyOf', 'x-personal-data']);

/**
 * Why data written under the published and data written under the current schema could not be told apart safely: one
 * line per reason, empty when compatible. Only explanations, new optional fields and new personal-data marks are
 * compatible; everything else (also a wider limit: a reader may have sized a column by it) asks for a new version and
 * an upcaster.
 */
export function incompatibilities(publishedSchema: object, currentSchema: object, path = ''): string[] {
  const published = publishedSchema as Schema;
  const current = currentSchema as Schema;
  const where = path || '/';
  const typeChange =
    describeType(published) === describeType(current)
      ? []
      : [`${where}: type changed from ${describeType(published)} to ${describeType(current)}`];
  const mark =
    published['x-personal-data'] === true && current['x-personal-data'] !== true
      ? [`${where}: no longer marked as personal data`]
      : [];
  return [
    ...typeChange,
    ...mark,
    ...propertyChanges(published, current, path),
    ...nested(published['items'], current['items'], `${path}/*`),
    ...variantChanges(published, current, path),
    ...keywordChanges(published, current, where),
  ];
}

const describeType = ({ type, const: constant, enum: options, anyOf }: Schema): string =>
  JSON.stringify(constant ?? options ?? type ?? (anyOf ? 'anyOf' : 'any'));

function propertyChanges(published: Schema, current: Schema, path: string): string[] {
  const before = (published['properties'] ?? {}) as Record<string, Schema>;
  const after = (current['properties'] ?? {}) as Record<string, Schema>;
  const requiredBefore = new Set((published['required'] ?? []) as string[]);
  const requiredAfter = new Set((current['required'] ?? []) as string[]);
  const kept = Object.entries(before).flatMap(([name, schema]) => {
    const now = after[name];
    if (!now) return [`${path}/${name}: removed or renamed`];
    const made =
      requiredBefore.has(name) === requiredAfter.has(name)
        ? []
        : [`${path}/${name}: made ${requiredAfter.has(name) ? 'required' : 'optional'}`];
    return [...made, ...incompatibilities(schema, now, `${path}/${name}`)];
  });
  const added = Object.keys(after)
    .filter((name) => !(name in before) && requiredAfter.has(name))
    .map((name) => `${path}/${name}: added as a required field`);
  return [...kept, ...added];
}

function variantChanges(published: Schema, current: Schema, path: string): string[] {
  const before = (published['anyOf'] ?? []) as Schema[];
  const after = (current['anyOf'] ?? []) as Schema[];
  if (before.length !== after.length) return [`${path || '/'}: ${before.length} variants became ${after.length}`];
  return before.flatMap((variant, index) => nested(variant, after[index], path));
}

const nested = (published: unknown, current: unknown, path: string): string[] =>
  published || current ? incompatibilities(published ?? {}, current ?? {}, path) : [];

function keywordChanges(published: Schema, current: Schema, where: string): string[] {
  return [...new Set([...Object.keys(published), ...Object.keys(current)])]
    .filter((keyword) => !explanatory.has(keyword) && !structural.has(keyword))
    .filter((keyword) => JSON.stringify(published[keyword]) !== JSON.stringify(current[keyword]))
    .map((keyword) => `${where}: ${keyword} changed from ${show(published[keyword])} to ${show(current[keyword])}`);
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
