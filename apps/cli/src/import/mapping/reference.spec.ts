import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mappingMarkdown, type SchemaNode } from './reference.js';

const schema = JSON.parse(readFileSync(new URL('../../../mapping.schema.json', import.meta.url), 'utf8')) as SchemaNode;
const page = new URL('../../../../../docs/generated/mapping.md', import.meta.url);

it('docs/generated/mapping.md says what the schema does', () => {
  const text = mappingMarkdown(schema);
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(page, text);
  expect(existsSync(page) ? readFileSync(page, 'utf8') : 'missing: npm run docs').toBe(text);
});

it('every field of a mapping is explained', () => {
  const without: string[] = [];
  const look = (path: string, node: SchemaNode): void => {
    for (const [name, inner] of Object.entries(node.properties ?? {})) {
      if (inner.description === undefined && inner.$ref === undefined) without.push(`${path}.${name}`);
      look(`${path}.${name}`, inner);
    }
    for (const inner of [node.items, node.then, node.else]) if (inner) look(path, inner);
  };
  look('', schema);
  for (const [name, node] of Object.entries(schema.$defs ?? {})) look(name, node);
  expect(without).toEqual([]);
});
