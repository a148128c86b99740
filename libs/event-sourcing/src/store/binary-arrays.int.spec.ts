import { postgresForTests, effort } from '@guichet/testing';
import fc from 'fast-check';
import pg from 'pg';
import {
  byteaArray,
  int2Array,
  int4Array,
  int8Array,
  jsonbArray,
  textArray,
  timestampArray,
  uuidArray,
} from './binary-arrays.js';

describe('binary arrays', () => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: (await postgresForTests()).adminUrl });
    await client.connect();
  });
  afterAll(() => client.end());

  const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\u0000') && value.isWellFormed());
  const cases: [string, fc.Arbitrary<unknown>, (values: never[]) => Buffer][] = [
    ['text', text, textArray],
    ['jsonb', text.map((value) => JSON.stringify({ value })), jsonbArray],
    ['bytea', fc.uint8Array().map((bytes) => Buffer.from(bytes)), byteaArray],
    ['smallint', fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }), int2Array],
    ['int', fc.integer(), int4Array],
    ['bigint', fc.maxSafeInteger(), int8Array],
    ['uuid', fc.uuid(), uuidArray],
    ['timestamptz', fc.integer({ min: -(10 ** 13), max: 10 ** 13 }), timestampArray],
  ];

  it.each(cases)('%s arrays arrive as they were sent', async (type, values, encode) => {
    const answer =
      type === 'timestamptz'
        ? `(extract(epoch from v) * 1000)::bigint::text`
        : type === 'bytea'
          ? `encode(v, 'hex')`
          : 'v::text';
    await fc.assert(
      fc.asyncProperty(fc.array(values, { maxLength: 20 }), async (sent) => {
        const { rows } = await client.query<{ v: string }>(
          `select ${answer} as v from unnest($1::${type}[]) with ordinality as a (v, i) order by i`,
          [encode(sent as never[])],
        );
        const got = rows.map(({ v }) => (type === 'jsonb' ? JSON.stringify(JSON.parse(v)) : v));
        expect(got).toEqual(sent.map((value) => (Buffer.isBuffer(value) ? value.toString('hex') : String(value))));
      }),
      { numRuns: effort(50, 2000) },
    );
  });
});
