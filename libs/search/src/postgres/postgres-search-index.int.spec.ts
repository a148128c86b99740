import { randomUUID } from 'node:crypto';
import {
  createPool,
  eventSourcingMigrations,
  migrate,
  prepareReadModels,
  type Projection,
  roleOf,
  TenantDatabase,
  withClient,
} from '@guichet/event-sourcing';
import { createTestDatabase, effort, type TestDatabase } from '@guichet/testing';
import fc from 'fast-check';
import type pg from 'pg';
import type { SearchDocument } from '../document.js';
import { MemoryStore } from '../memory/memory-store.js';
import { memorySearchIndex } from '../memory/memory-search-index.js';
import type { SearchRequest } from '../search-request.js';
import { remaining, someBatches } from '../testing/changes.js';
import { describeSearch } from '../testing/search-cases.js';
import type { SearchChange } from '../write-changes.js';
import { postgresSearchIndex } from './postgres-search-index.store.js';
import { searchDdl, searchTables } from './tables.js';

const tenantId = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01';
const otherTenantId = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02';
const schema = 'read_model';
const [live, rebuilt] = [searchTables(), searchTables('rebuilt')];

/** Only its tables are of interest here. */
const readModel: Projection = {
  name: 'search-index',
  version: 1,
  tables: [...Object.values(live), ...Object.values(rebuilt)],
  ddl: (inSchema) => [...searchDdl(inSchema, live), ...searchDdl(inSchema, rebuilt)],
  apply: async () => undefined,
};

describe('An index in PostgreSQL', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let tenants: TenantDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('search');
    const { ownerUrl: url, appUrl } = database;
    const appRole = roleOf(appUrl);
    await migrate({ url, appRole, migrations: eventSourcingMigrations });
    await prepareReadModels({ url, appRole, readModels: [{ projection: readModel, logs: ['own'] }] });
    pool = createPool({ url: appUrl });
    tenants = new TenantDatabase(pool);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const change = (changes: readonly SearchChange[], tables = live, tenant = tenantId) =>
    tenants.transaction(tenant, (session) =>
      postgresSearchIndex({ session, schema, tenantId: tenant, tables }).change(changes),
    );
  const ask = (request: SearchRequest, tenant = tenantId) =>
    tenants.snapshot(tenant, (session) => postgresSearchIndex({ session, schema, tenantId: tenant }).search(request));
  const rowsOf = async (tables: typeof live) => {
    const rows: string[] = [];
    for (const table of Object.values(tables)) {
      const found = await tenants.query<{ row: string }>(tenantId, `select t::text as row from ${schema}.${table} t`);
      rows.push(...found.map(({ row }) => row));
    }
    return rows.sort();
  };
  const empty = () =>
    tenants.transaction(tenantId, async (session) => {
      for (const table of readModel.tables) await session.query(`delete from ${schema}.${table}`);
    });

  it(
    'is the same, byte for byte, by any batches, and as a rebuild; it answers what the one in memory answers',
    () =>
      fc.assert(
        fc.asyncProperty(someBatches, async (batches) => {
          await empty();
          const memory = memorySearchIndex(new MemoryStore());
          for (const batch of batches) {
            await change(batch);
            await memory.change(batch);
          }
          await change(remaining(batches), rebuilt);
          expect(await rowsOf(live)).toEqual(await rowsOf(rebuilt));
          for (const text of ['refund', 'refunt the', 'lodz parcel', 'evenement', 'par', '2002']) {
            const request = { text, locales: ['pl', 'en'], audiences: ['public', 'agents'], asYouType: true };
            expect(await ask(request)).toEqual(await memory.search(request));
            const narrow = { text, locales: ['en'], audiences: ['public'], facets: ['a'] };
            expect(await ask(narrow)).toEqual(await memory.search(narrow));
          }
          const completion = { text: 'ref', locale: 'en', audiences: ['public'] };
          expect(
            await tenants.snapshot(tenantId, (session) =>
              postgresSearchIndex({ session, schema, tenantId }).complete(completion),
            ),
          ).toEqual(await memory.complete(completion));
        }),
        { numRuns: effort(15, 200) },
      ),
    effort(180_000, 1_800_000),
  );

  describeSearch(() => {
    const tenant = randomUUID();
    const placed = { schema, tenantId: tenant };
    return {
      change: (changes) => change(changes, live, tenant),
      search: (request) => ask(request, tenant),
      complete: (request) =>
        tenants.snapshot(tenant, (session) => postgresSearchIndex({ session, ...placed }).complete(request)),
    };
  });

  const document: SearchDocument = {
    number: 42,
    locale: 'pl',
    audience: 'public',
    title: 'Zwrot\u0000 pieniędzy',
    keywords: ["'; drop table posting; --"],
    blocks: [{ text: 'Na kartę \ud83d\ude00, w 30 dni.' }],
    facets: ["category:'x'"],
    signal: 1,
  };
  const put: SearchChange = { type: 'put', document };

  it('takes any text, and is empty again when its documents are gone', async () => {
    await empty();
    await change([put]);
    const { hits } = await ask({
      text: "pieniedzy '; \u0000",
      locales: ['pl'],
      audiences: ['public'],
      facets: ["category:'x'"],
    });
    expect(hits[0]).toMatchObject({ number: 42, title: { text: 'Zwrot\u0000 pieniędzy' }, snippet: { block: 0 } });
    await change([{ type: 'remove', key: { number: 42, locale: 'pl' } }]);
    expect(await rowsOf(live)).toEqual([]);
  });

  it('takes back what its transaction does not commit', async () => {
    await empty();
    await expect(
      tenants.transaction(tenantId, async (session) => {
        await postgresSearchIndex({ session, schema, tenantId }).change([put]);
        throw new Error('the projection fails');
      }),
    ).rejects.toThrow('the projection fails');
    expect(await rowsOf(live)).toEqual([]);
  });

  it('is of one tenant', async () => {
    await empty();
    await change([put]);
    const request = { text: 'zwrot', locales: ['pl'], audiences: ['public'] };
    expect((await ask(request)).total).toBe(1);
    expect((await ask(request, otherTenantId)).total).toBe(0);
  });

  it('reads its tables by their keys, under row-level security too', async () => {
    await empty();
    const filler = (number: number): SearchChange => {
      const title = Array.from({ length: 20 }, (_, i) => `${'abcdefghij'[i % 10]}${number}${'klmnop'[i % 6]}`).join(
        ' ',
      );
      return { type: 'put', document: { ...document, number, title } };
    };
    await change(Array.from({ length: 300 }, (_, number) => filler(number)));
    await withClient(database.ownerUrl, async (owner) => {
      for (const table of Object.values(live)) await owner.query(`analyze ${schema}.${table}`);
    });
    const plan = await tenants.transaction(tenantId, async (session) => {
      const plans: string[] = [];
      const explained = {
        query: async <R extends pg.QueryResultRow>({ text, values }: pg.QueryConfig) => {
          const { rows } = await session.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
          plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
          return session.query<R>({ text, values });
        },
      };
      const index = postgresSearchIndex({ session: explained, schema, tenantId });
      await index.search({
        text: 'zwrott pieniedzy kart',
        locales: ['pl'],
        audiences: ['public', 'agents'],
        asYouType: true,
      });
      return plans.join('\n');
    });
    expect(plan).not.toMatch(/Seq Scan on search_(posting|term)/);
    expect(plan).toMatch(/Index Cond:[^\n]*folded >=/);
    expect(plan).toMatch(/Index Cond:[^\n]*backwards >=/);
    expect(plan).toMatch(/Index Cond:[^\n]*term = /);
  });
});

it.each(['', 'a b', 'A', 'x"; drop', 'x'.repeat(42)])('no index has the prefix %j', (prefix) =>
  expect(() => searchTables(prefix)).toThrow(RangeError),
);
