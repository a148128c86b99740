import { byteaArray, int4Array, textArray } from '@guichet/event-sourcing/postgres-arrays';
import type { DocumentKey } from '../document.js';
import type {
  IndexWriter,
  LexiconChange,
  LexiconEntry,
  PostingBlock,
  PostingKey,
  StoredDocument,
  WantedBlock,
} from '../index-store.js';
import { backwards } from '../ranking/edits.js';
import { stretchOf } from '../ranking/posting-block.js';
import { packContent } from '../content.store.js';
import { type IndexPlace, Statements } from './place.js';
import { documentOf, type DocumentRow } from './postgres-reader.store.js';

/** Rows in one statement. */
const together = 5_000;

/** Writes the tables of an index. */
export class PostgresWriter implements IndexWriter {
  private readonly statements: Statements;

  constructor(place: IndexPlace) {
    this.statements = new Statements(place);
  }

  async stored(keys: readonly DocumentKey[]): Promise<readonly StoredDocument[]> {
    return this.inParts(keys, async (part) => {
      const rows = await this.statements.run<DocumentRow & { vector: Uint8Array }>(
        'stored',
        `select d.number, d.locale, d.audience, d.signal, d.vector, d.content
           from unnest($2::text[], $3::int[]) as w (locale, number)
           cross join lateral (select * from ${this.statements.document} t
             where t.tenant_id = $1 and t.locale = w.locale and t.number = w.number offset 0) d`,
        documentKeyArrays(part),
      );
      return rows.map((row) => ({ document: documentOf(row), vector: row.vector }));
    });
  }

  async blocksOf(wanted: readonly WantedBlock[]): Promise<readonly PostingBlock[]> {
    const { posting } = this.statements;
    const found = await this.inParts(wanted, (part) =>
      // With `offset 0` each is looked for through the key, whatever the planner knows of the table: a rebuild begins
      // with an empty one. A block that is wanted for several documents is read once.
      this.statements.run<PostingBlock & { tenant_id: string }>(
        'blocks-of',
        `select p.audience, p.locale, p.channel, p.term, p.block as start, p.documents, p.entries
           from ${posting} p where p.ctid = any (array(select distinct f.ctid
             from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::int[])
               as w (audience, locale, channel, term, start, stretch, count)
             cross join lateral (select t.ctid from ${posting} t
               where t.tenant_id = $1 and t.audience = w.audience and t.locale = w.locale and t.channel = w.channel
                 and t.term = w.term and t.block <= w.start and t.block >= w.stretch
               order by t.block desc limit w.count offset 0) f))`,
        [
          ...postingKeyArrays(part),
          int4Array(part.map(({ start }) => start)),
          int4Array(part.map(({ start }) => stretchOf(start))),
          int4Array(part.map(({ count }) => count)),
        ],
      ),
    );
    return found;
  }

  async putBlocks(blocks: readonly PostingBlock[]): Promise<void> {
    const { posting } = this.statements;
    await this.inParts(
      blocks.filter(({ entries }) => entries.length > 0),
      (part) =>
        this.statements.run(
          'put-blocks',
          `insert into ${posting} (tenant_id, audience, locale, channel, term, block, documents, entries)
           select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::bytea[])
           on conflict (tenant_id, audience, locale, channel, term, block) do update
             set documents = excluded.documents, entries = excluded.entries`,
          [
            ...postingKeyArrays(part),
            int4Array(part.map(({ start }) => start)),
            int4Array(part.map(({ documents }) => documents)),
            byteaArray(part.map(({ entries }) => entries)),
          ],
        ),
    );
    await this.inParts(
      blocks.filter(({ entries }) => entries.length === 0),
      (part) =>
        this.statements.run(
          'remove-blocks',
          `delete from ${posting} where ctid = any (array(select p.ctid
             from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[]) as w (audience, locale, channel, term, block)
             cross join lateral (select t.ctid from ${posting} t
               where t.tenant_id = $1 and t.audience = w.audience and t.locale = w.locale and t.channel = w.channel
                 and t.term = w.term and t.block = w.block offset 0) p))`,
          [...postingKeyArrays(part), int4Array(part.map(({ start }) => start))],
        ),
    );
  }

  async putForms({ come, gone }: LexiconChange): Promise<void> {
    const { term, posting } = this.statements;
    await this.inParts(come, (part) =>
      this.statements.run(
        'put-forms',
        `insert into ${term} (tenant_id, audience, locale, form, folded, stem, backwards)
         select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
         on conflict do nothing`,
        [
          ...formArrays(part),
          textArray(part.map(({ stem }) => stem)),
          textArray(part.map(({ folded }) => backwards(folded))),
        ],
      ),
    );
    await this.inParts(gone, (part) =>
      this.statements.run(
        'remove-forms',
        `delete from ${term} where ctid = any (array(
           select t.ctid from unnest($2::text[], $3::text[], $4::text[], $5::text[]) as w (audience, locale, form, folded)
           cross join lateral (select g.ctid from ${term} g
             where g.tenant_id = $1 and g.audience = w.audience and g.locale = w.locale and g.folded = w.folded
               and g.form = w.form and not exists (
                 select from ${posting} p where p.tenant_id = $1 and p.audience = w.audience and p.locale = w.locale
                   and p.channel = 'form' and p.term = w.form) offset 0) t))`,
        formArrays(part),
      ),
    );
  }

  async putDocuments(documents: readonly StoredDocument[]): Promise<void> {
    await this.inParts(documents, (part) =>
      this.statements.run(
        'put-documents',
        `insert into ${this.statements.document} (tenant_id, locale, number, audience, vector, content, signal)
         select $1, * from unnest($2::text[], $3::int[], $4::text[], $5::bytea[], $6::bytea[], $7::float8[])
         on conflict (tenant_id, locale, number) do update
           set audience = excluded.audience, signal = excluded.signal, vector = excluded.vector, content = excluded.content`,
        [
          ...documentKeyArrays(part.map(({ document }) => document)),
          textArray(part.map(({ document }) => document.audience)),
          byteaArray(part.map(({ vector }) => vector)),
          byteaArray(part.map(({ document }) => packContent(document))),
          part.map(({ document }) => document.signal),
        ],
      ),
    );
  }

  async removeDocuments(keys: readonly DocumentKey[]): Promise<void> {
    await this.inParts(keys, (part) =>
      this.statements.run(
        'remove-documents',
        `delete from ${this.statements.document} d using unnest($2::text[], $3::int[]) as w (locale, number)
          where d.tenant_id = $1 and d.locale = w.locale and d.number = w.number`,
        documentKeyArrays(part),
      ),
    );
  }

  /** Runs a statement for so many rows at a time. Answers all its rows. */
  private async inParts<T, R>(rows: readonly T[], run: (part: readonly T[]) => Promise<readonly R[]>): Promise<R[]> {
    const answered: R[] = [];
    for (let from = 0; from < rows.length; from += together) {
      for (const row of await run(rows.slice(from, from + together))) answered.push(row);
    }
    return answered;
  }
}

const documentKeyArrays = (keys: readonly DocumentKey[]): [Buffer, Buffer] => [
  textArray(keys.map(({ locale }) => locale)),
  int4Array(keys.map(({ number }) => number)),
];

const postingKeyArrays = (keys: readonly PostingKey[]): Buffer[] =>
  (['audience', 'locale', 'channel', 'term'] as const).map((part) => textArray(keys.map((key) => key[part])));

const formArrays = (entries: readonly LexiconEntry[]): Buffer[] =>
  (['audience', 'locale', 'form', 'folded'] as const).map((part) => textArray(entries.map((entry) => entry[part])));
