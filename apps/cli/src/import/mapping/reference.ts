/** docs/generated/mapping.md, made from the schema that editors and the importer use. Pure. */

export interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly then?: SchemaNode;
  readonly else?: SchemaNode;
  readonly enum?: readonly string[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

/** Parts that several places of a mapping share: name in the schema → title, and what leads into its table. */
const shared: Readonly<Record<string, readonly [title: string, lead: string]>> = {
  value: ['Values', 'A plain text names a column. Anything else is an object; what it says is done in this order:'],
  columnTest: ['Tests of a column', 'A value, a list of values, or an object of tests that must all hold:'],
  condition: ['Conditions', 'All parts must hold. Values are compared as text, exactly.'],
  actor: ['Actors', 'One of agent, requester and bot:'],
  effect: ['Effects', ''],
};

export function mappingMarkdown(schema: SchemaNode): string {
  const sections = Object.entries(schema.properties ?? {}).flatMap(([name, node]) => sectionsOf(name, node));
  const parts = Object.entries(shared).map(([name, [title, lead]]) => sharedSection(schema.$defs?.[name], title, lead));
  return [
    '# What a mapping can say',
    'Made from [mapping.schema.json](../../apps/cli/mapping.schema.json) by `npm run docs`. [importing.md](../importing.md) leads into it.',
    table(schema.properties ?? {}),
    ...sections,
    ...parts,
  ]
    .join('\n\n')
    .concat('\n');
}

/** A field that has fields gets a table of its own, and so do the fields of its list's elements. */
function sectionsOf(path: string, node: SchemaNode): string[] {
  const inner = node.properties ?? node.items?.properties;
  if (!inner) return [];
  const below = Object.entries(inner).flatMap(([name, one]) => sectionsOf(`${path}.${name}`, one));
  const title = `## ${path}${node.properties ? '' : '[]'}`;
  return [[title, node.description ?? '', table(inner)].filter((text) => text !== '').join('\n\n'), ...below];
}

function sharedSection(node: SchemaNode | undefined, title: string, lead: string): string {
  const words = node?.then?.enum ?? [];
  const named =
    words.length > 0 ? `A word: ${words.map((word) => `\`${word}\``).join(', ')}. Or an object with one of:` : '';
  const object = [node, node?.then, node?.else].find((one) => one?.properties !== undefined);
  const text = [lead, named].filter((one) => one !== '').join(' ');
  return [`## ${title}`, text, table(object?.properties ?? {})].join('\n\n');
}

function table(properties: Readonly<Record<string, SchemaNode>>): string {
  const rows = Object.entries(properties).map(([name, node]) => `| \`${name}\` | ${meaning(node)} |`);
  return ['| field | meaning |', '| --- | --- |', ...rows].join('\n');
}

function meaning(node: SchemaNode): string {
  const choices = node.enum ?? node.items?.enum;
  const oneOf = choices === undefined ? '' : ` One of ${choices.map((one) => `\`${one}\``).join(', ')}.`;
  return `${node.description ?? ''}${oneOf}`.trim().replaceAll('|', '\\|');
}
