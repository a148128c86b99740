import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createPool,
  eventSourcingMigrations,
  migrate,
  prepareReadModels,
  roleOf,
  TenantDatabase,
} from '@guichet/event-sourcing';
import { postgresSearchIndex, type SearchChange, searchDdl, searchTables, stemmerFor, tokens } from '@guichet/search';
import { documentsOf, type LabelledSet } from '@guichet/search/quality';
import type { TestDatabase } from '@guichet/testing';
import MiniSearch from 'minisearch';
import pg from 'pg';
import type { BenchContext } from '../line.js';

/** A search engine with the texts of one set in it. */
export interface Engine {
  readonly name: string;
  /** The ids of the ten best, the best first. */
  find(query: string): Promise<readonly (string | number)[]>;
  /** What the index takes: on disk, or of this process's heap. */
  bytes(): Promise<number>;
}

type Start = (context: BenchContext, set: LabelledSet) => Promise<Engine>;

const tenantId = '0197e2a0-0000-7000-8000-0000000000aa';
const schema = 'read_model';
const together = 1_000;

export interface GuichetEngine extends Engine {
  readonly database: TestDatabase;
  change(changes: readonly SearchChange[]): Promise<void>;
  /** Bytes by table, its indexes included, and of postings and documents what they hold without keys and headers. */
  parts(): Promise<Readonly<Record<string, number>>>;
}

/** The index of a service: under row-level security, changed in transactions, searched in snapshots. */
export async function startGuichet(context: BenchContext, set: LabelledSet): Promise<GuichetEngine> {
  const database = await context.database('bench_search');
  const { ownerUrl: url, appUrl } = database;
  const appRole = roleOf(appUrl);
  await migrate({ url, appRole, migrations: eventSourcingMigrations });
  const tables = Object.values(searchTables());
  const projection = { name: 'search', version: 1, tables, ddl: searchDdl, apply: async () => undefined };
  await prepareReadModels({ url, appRole, readModels: [{ projection, logs: ['own'] }] });
  const pool = createPool({ url: appUrl });
  context.after(() => pool.end());
  const tenants = new TenantDatabase(pool);
  const change = (changes: readonly SearchChange[]) =>
    tenants.transaction(tenantId, (session) => postgresSearchIndex({ session, schema, tenantId }).change(changes));
  const documents = documentsOf(set);
  for (let from = 0; from < documents.length; from += together) {
    await change(documents.slice(from, from + together).map((document) => ({ type: 'put', document })));
  }
  for (const table of tables) await onDatabase(database.adminUrl, `vacuum (full, analyze) ${schema}.${table}`);
  const inTables = async (columns: string, from: string) => {
    const [row] = await onDatabase(database.adminUrl, `select ${columns} from ${schema}.${from}`);
    return Object.values(row ?? {}).map(Number);
  };
  return {
    name: 'Guichet',
    database,
    change,
    parts: async () => {
      const { posting, term, document } = searchTables();
      const [entries = 0] = await inTables('sum(octet_length(entries))', posting);
      const [letters = 0, content = 0] = await inTables(
        'sum(octet_length(vector)) as letters, sum(octet_length(content)) as content',
        document,
      );
      const sizes = await Promise.all(
        [posting, term, document].map((table) => sizeOf(database, [`${schema}.${table}`])),
      );
      const [postings = 0, lexicon = 0, documents = 0] = sizes;
      return { postings, 'entries of postings': entries, lexicon, documents, letters, content };
    },
    find: async (text) => {
      const request = { text, locales: [set.locale], audiences: ['public'] };
      const { hits } = await tenants.snapshot(tenantId, (session) =>
        postgresSearchIndex({ session, schema, tenantId }).search(request),
      );
      return hits.flatMap(({ number }) => set.documents[number]?.id ?? []);
    },
    bytes: () =>
      sizeOf(
        database,
        tables.map((table) => `${schema}.${table}`),
      ),
  };
}

const configurations: Readonly<Record<string, string>> = { en: 'english', fr: 'french' };

/** PostgreSQL's own search: a weighted tsvector, a GIN index, any of the words, ts_rank. It has no Polish. */
export const startTsRank: Start = async (context, set) => {
  const database = await context.database('bench_ts_rank');
  const language = configurations[set.locale] ?? 'simple';
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  context.after(() => client.end());
  await client.query(
    `create table text (number int primary key, title text not null, keywords text not null, body text not null,
      words tsvector not null generated always as (setweight(to_tsvector('${language}', title), 'A') ||
        setweight(to_tsvector('${language}', keywords), 'B') || setweight(to_tsvector('${language}', body), 'D')) stored)`,
  );
  for (let from = 0; from < set.documents.length; from += together) {
    const part = set.documents.slice(from, from + together);
    await client.query(
      'insert into text (number, title, keywords, body) select * from unnest($1::int[], $2::text[], $3::text[], $4::text[])',
      [
        part.map((_, i) => from + i),
        part.map(({ title }) => title),
        part.map(({ keywords = [] }) => keywords.join(', ')),
        part.map(({ body }) => body),
      ],
    );
  }
  await client.query('create index on text using gin (words)');
  await onDatabase(database.adminUrl, 'vacuum (full, analyze) text');
  return {
    name: 'ts_rank',
    find: async (query) => {
      const { rows } = await client.query<{ number: number }>(
        `select number from text, (select replace(plainto_tsquery('${language}', $1)::text, '&', '|')::tsquery as query) q
          where words @@ query order by ts_rank(words, query) desc, number limit 10`,
        [query],
      );
      return rows.flatMap(({ number }) => set.documents[number]?.id ?? []);
    },
    bytes: () => sizeOf(database, ['text']),
  };
};

/** MiniSearch as its documentation advises for forgiving search: weights for fields, a fifth of a word's letters wrong. */
export const startMiniSearch: Start = async (_context, set) => {
  const before = heapBytes();
  const index = new MiniSearch({
    fields: ['title', 'keywords', 'body'],
    searchOptions: { boost: { title: 3, keywords: 2 }, fuzzy: 0.2 },
  });
  index.addAll(
    set.documents.map(({ id, title, keywords = [], body }) => ({ id, title, keywords: keywords.join(', '), body })),
  );
  const bytes = heapBytes() - before;
  return {
    name: 'MiniSearch',
    find: async (query) =>
      index
        .search(query)
        .slice(0, 10)
        .map(({ id }) => id as string | number),
    bytes: async () => bytes,
  };
};

/** After a collection of garbage. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

async function sizeOf({ adminUrl }: TestDatabase, tables: readonly string[]): Promise<number> {
  const [row] = await onDatabase(
    adminUrl,
    `select sum(pg_total_relation_size(t::regclass)) as bytes from unnest('{${tables.join(',')}}'::text[]) as t`,
  );
  return Number(row?.['bytes']);
}

export async function onDatabase(connectionString: string, statement: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(statement)).rows;
  } finally {
    await client.end();
  }
}

/**
 * Postings as most would keep them in a database: a row for each word of a document. It only adds up: no letters, no
 * snippets.
 */
export async function startRows(context: BenchContext, set: LabelledSet) {
  const database = await context.database('bench_search_rows');
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  context.after(() => client.end());
  await client.query('create table posting_row (term text, number int, weight float4, primary key (term, number))');
  const stemmer = stemmerFor(set.locale);
  const stemsOf = (text: string) => tokens(text).map(({ form }) => stemmer.stem(form));
  for (let from = 0; from < set.documents.length; from += together) {
    const rows = set.documents.slice(from, from + together).flatMap(({ title, keywords = [], body }, i) => {
      const stems = Map.groupBy(stemsOf([title, ...keywords, body].join('\n')), (stem) => stem);
      return [...stems].map(([stem, { length }]) => ({ stem, number: from + i, length }));
    });
    await client.query('insert into posting_row select * from unnest($1::text[], $2::int[], $3::float4[])', [
      rows.map(({ stem }) => stem),
      rows.map(({ number }) => number),
      rows.map(({ length }) => length),
    ]);
  }
  await client.query('vacuum (full, analyze) posting_row');
  return {
    bytes: () => sizeOf(database, ['posting_row']),
    find: (query: string) =>
      client.query(
        `select number, sum(weight * 2.6 / (1.6 + weight)) from posting_row where term = any ($1)
          group by number order by 2 desc limit 100`,
        [stemsOf(query)],
      ),
  };
}
