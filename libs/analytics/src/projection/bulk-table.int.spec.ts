import { createTestDatabase, type TestDatabase, effort } from '@guichet/testing';
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import fc from 'fast-check';
import pg from 'pg';
import { segmentsCovering } from './covering-segments.js';
import { binaryArray, type ElementType, textArrayLiteral } from './binary-arrays.js';
import { BulkTable } from './bulk-table.store.js';
import { segmentColumns, type SegmentRow } from './fact-details.js';
import { ddl } from './tables.js';

let database: TestDatabase;
let client: pg.Client;
let tx: ProjectionTransaction;

beforeAll(async () => {
  database = await createTestDatabase('bulk');
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query('create schema read_model');
  for (const statement of ddl('read_model')) await client.query(statement);
  const query: ProjectionTransaction['query'] = (text, values) => client.query(text, values);
  tx = { schema: 'read_model', query } as ProjectionTransaction; // all that reading needs
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const unnested = async (type: ElementType, values: readonly unknown[], shown = 'value::text') => {
  const text = `select ${shown} as value from unnest($1::${type}[]) with ordinality as u (value, place) order by place`;
  const { rows } = await client.query<{ value: string | null }>(text, [binaryArray(type, values)]);
  return rows.map(({ value }) => value);
};
const epoch = 'floor(extract(epoch from value) * 1000)::text';

describe('an array', () => {
  it.each([
    ['text', ['', 'é😀', null, 'a\\"b'], ['', 'é😀', null, 'a\\"b']],
    ['json', ['{"a": 1}', null], ['{"a": 1}', null]],
    ['bool', [true, false, null], ['true', 'false', null]],
    ['int2', [-32768, 32767], ['-32768', '32767']],
    ['int4', [-2147483648, null, 2147483647], ['-2147483648', null, '2147483647']],
    ['int8', [-1, 0, 2 ** 53 - 1, -(2 ** 53 - 1)], ['-1', '0', '9007199254740991', '-9007199254740991']],
    ['uuid', ['0197e2a0-0000-7000-8000-00000000abcd', null], ['0197e2a0-0000-7000-8000-00000000abcd', null]],
    ['bytea', [Buffer.of(0, 255), Buffer.of()], ['\\x00ff', '\\x']],
    ['timestamptz', [Infinity, -Infinity, null], ['infinity', '-infinity', null]],
    ['text', [], []],
  ] as const)('of %s arrives as it was: %j', async (type, values, expected) => {
    expect(await unnested(type, values)).toEqual(expected);
  });
  it('of instants is exact to the millisecond in every year there is', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: Date.UTC(1, 0) - 62e12, max: Date.UTC(9999, 11, 31) }), { minLength: 1 }),
        async (instants) => expect(await unnested('timestamptz', instants, epoch)).toEqual(instants.map(String)),
      ),
      { numRuns: effort(50, 2000) },
    ));
  it('of arrays keeps any text', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))),
        async (tags) => {
          const { rows } = await client.query<{ tags: string[] }>('select $1::text::text[] as tags', [
            textArrayLiteral(tags),
          ]);
          expect(rows[0]?.tags).toEqual(tags);
        },
      ),
      { numRuns: effort(50, 2000) },
    ));
  it('has no place for what is no UUID', () => {
    expect(() => binaryArray('uuid', ['0197e2a0'])).toThrow(TypeError);
    expect(() => binaryArray('uuid', ['0197e2a0-0000-7000-8000-00000000abcz'])).toThrow(TypeError);
  });
});

it('finds exactly the segments that cover an instant', () => {
  const segments = new BulkTable('backlog_segment', segmentColumns);
  const tenantId = '0197e2a0-0000-7000-8000-000000000001';
  const hour = 3_600_000;
  const length = fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 2 * hour }),
    fc.integer({ min: 1, max: 40_000 }).map((hours) => hours * hour),
    fc.nat(12).map((power) => hour * 4 ** power),
    fc.nat(8).map((power) => hour * 4 ** power + 1),
  );
  const spans = fc.array(fc.record({ from: fc.nat(3000).map((hours) => hours * hour), length }), { maxLength: 40 });
  return fc.assert(
    fc.asyncProperty(spans, fc.array(fc.nat(6000), { minLength: 1, maxLength: 5 }), async (drawn, hours) => {
      const rows = drawn.map(({ from, length: ms }, index): SegmentRow => ({
        ...{ tenantId, ticketId: `0197e2a0-0000-7000-8000-${String(index).padStart(12, '0')}` },
        ...{
          from,
          to: ms === null ? null : from + ms,
          departmentId: '',
          channel: '',
          priority: '',
          agentId: '',
          tags: '{}',
          openedByBot: false,
          openedAt: from,
        },
      }));
      await client.query('truncate read_model.backlog_segment');
      const upsert = segments.upsert(tx.schema, rows);
      if (upsert) await client.query(upsert);
      // Instants on the edges too: where a segment begins and ends.
      const instants = [...hours.map((at) => at * hour), ...rows.flatMap(({ from, to }) => [from, to ?? from])];
      const found = await client.query<{ ms: string; n: string }>(
        `select i.ms, (select count(*) from ${segmentsCovering('read_model.backlog_segment', '$1', 'i.at')}) as n
           from (select ms, to_timestamp(ms / 1000.0) as at from unnest($2::bigint[]) as ms) as i`,
        [tenantId, instants],
      );
      const covering = (at: number) => rows.filter(({ from, to }) => from <= at && at < (to ?? Infinity)).length;
      expect(found.rows.map(({ n }) => Number(n))).toEqual(instants.map(covering));
    }),
    { numRuns: effort(60, 2400) },
  );
});

it('reads, replaces and removes rows by their keys', async () => {
  interface Name {
    readonly id: string;
    readonly name: string;
  }
  const names = new BulkTable<Name>('department_directory', [
    { name: 'tenant_id', type: 'uuid', key: true, value: () => '0197e2a0-0000-7000-8000-000000000001' },
    { name: 'department_id', type: 'text', key: true, value: ({ id }) => id },
    { name: 'name', type: 'text', value: ({ name }) => name },
  ]);
  const run = async (statement: pg.QueryConfig | undefined) => (statement ? client.query(statement) : undefined);
  await run(
    names.upsert(tx.schema, [
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
    ]),
  );
  await run(names.upsert(tx.schema, [{ id: 'b', name: 'B2' }]));
  await run(
    names.remove(tx.schema, [
      { id: 'a', name: '' },
      { id: 'unknown', name: '' },
    ]),
  );
  const asked = [
    { id: 'a', name: '' },
    { id: 'b', name: '' },
  ];
  expect(await names.read(tx, ['name'], asked)).toEqual([[1, ['B2']]]);
  expect(names.upsert(tx.schema, [])).toBeUndefined();
});
