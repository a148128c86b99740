import { byteaArray, textArray, uuidArray } from '@guichet/event-sourcing/postgres-arrays';
import { LRUCache } from 'lru-cache';
import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { backwards } from '../ranking/edits.js';
import { languageOf } from './asked-words.js';
import { blockOf, itemBytes, itemOf } from './posting-items.js';
import { Postings } from './postings.js';
import { asStored, isGone, type GoneTexts, rowOf, type TextChange, textOf, type TextRow } from './told-text.js';
import { type WrittenForm, wordsOf } from './ticket-text.js';

/** The transaction of a projection. */
export interface WritingPlace {
  readonly schema: string;
  readonly log: string;
  readonly memory: Map<string, unknown>;
  query<R extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<R>>;
  send(query: QueryConfig): void;
}

const columns = {
  tenant_id: 'uuid',
  ticket_id: 'uuid',
  version: 'int',
  position: 'bigint',
  entry_id: 'uuid',
  kind: 'text',
  author_id: 'text',
  at: 'timestamptz',
  title: 'text',
  people: 'text[]',
  tags: 'text[]',
  number: 'text',
  body: 'text',
};
const names = Object.keys(columns).join(', ');
const declared = Object.entries(columns)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

/** Words and languages that are known to be in the tables. */
const remembered = 50_000;
/** The item at a place of `merged.items`. */
const itemAt = (place: string) => `substring(merged.items from 8 * ${place} + 1 for ${itemBytes})`;

/**
 * Keeps the tables in step with a log. The rows follow from the texts and their positions alone: whatever the batches
 * are, and when an event comes twice or after its time, they are the same.
 */
export class TextWriter {
  constructor(private readonly place: WritingPlace) {}

  async change(changes: readonly TextChange[]): Promise<void> {
    const gone = changes.flatMap((change) => (change.type === 'gone' ? [change.gone] : []));
    const stored = gone.length === 0 ? [] : await this.storedOf(gone);
    const told = new Map<string, TextRow>();
    const locales = new Map<string, Set<string>>();
    const removed: TextRow[] = [];
    for (const change of changes) {
      if (change.type === 'told') {
        const row = rowOf(change.told);
        told.set(`${row.tenant_id}/${row.ticket_id}/${row.version}`, row);
        const { tenantId, locale } = change.told;
        if (locale !== undefined) locales.set(tenantId, (locales.get(tenantId) ?? new Set()).add(languageOf(locale)));
        continue;
      }
      for (const [key, row] of told) if (isGone(row, change.gone)) told.delete(key);
      removed.push(...stored.filter((row) => isGone(row, change.gone)));
    }
    await this.remove(removed);
    this.add([...told.values()]);
    this.addLanguages(locales);
  }

  /**
   * Takes out all that a person wrote, and their name; of a ticket that they opened the number is left. A text without
   * an author is by who opened the ticket.
   */
  async forgetPerson(tenantId: string, personId: string): Promise<void> {
    const { schema, log } = this.place;
    const { rows } = await this.place.query<TextRow>({
      text: `select ${names} from ${schema}.ticket_text where tenant_id = $1 and log = $2 and (author_id = $3
               or author_id is null and ticket_id in (select opening.ticket_id from ${schema}.ticket_text opening
                 where opening.tenant_id = $1 and opening.log = $2 and opening.author_id = $3 and opening.number is not null))`,
      values: [tenantId, log, personId],
    });
    await this.remove(rows.map(asStored));
  }

  private async storedOf(gone: readonly GoneTexts[]): Promise<readonly TextRow[]> {
    const { schema, log } = this.place;
    const { rows } = await this.place.query<TextRow>({
      name: `${schema}.ticket_text.stored`,
      text: `select t.* from (select distinct * from unnest($2::uuid[], $3::uuid[])) as w (tenant_id, ticket_id)
             cross join lateral (select ${names} from ${schema}.ticket_text s
               where s.tenant_id = w.tenant_id and s.ticket_id = w.ticket_id and s.log = $1 offset 0) t`,
      values: [log, uuidArray(gone.map(({ tenantId }) => tenantId)), uuidArray(gone.map(({ ticketId }) => ticketId))],
    });
    return rows.map(asStored);
  }

  private add(rows: readonly TextRow[]): void {
    if (rows.length === 0) return;
    const { schema, log } = this.place;
    this.place.send({
      name: `${schema}.ticket_text.add`,
      text: `insert into ${schema}.ticket_text (log, ${names})
             select $1, ${names} from jsonb_to_recordset($2) as told (${declared}) on conflict do nothing`,
      values: [log, JSON.stringify(rows)],
    });
    const postings = new Postings();
    const forms = new Map<string, WrittenForm & { readonly tenantId: string }>();
    for (const row of rows) {
      const { fields, forms: written } = wordsOf(textOf(row));
      for (const [word, bits] of fields) postings.add(row, word, bits);
      for (const form of written) forms.set(`${row.tenant_id}/${form.form}`, { ...form, tenantId: row.tenant_id });
    }
    this.addItems(postings);
    this.addForms(forms);
  }

  private addItems(postings: Postings): void {
    if (postings.isEmpty) return;
    const { schema, log } = this.place;
    // Appended where the new items come after those that are there, as they nearly always do; else put in their places.
    this.place.send({
      name: `${schema}.ticket_posting.add`,
      text: `insert into ${schema}.ticket_posting as p (tenant_id, log, word, block, items)
             select w.tenant_id, $1, w.word, w.block, w.items
               from unnest($2::uuid[], $3::text[], $4::int[], $5::bytea[]) as w (tenant_id, word, block, items)
             on conflict (tenant_id, word, log, block) do update set items =
               case when substring(p.items from octet_length(p.items) - 7) < substring(excluded.items from 1 for 8)
                 then p.items || excluded.items
                 else (select string_agg(item, '' order by item) from (
                   select distinct ${itemAt('n')} as item from (select p.items || excluded.items as items) merged,
                     generate_series(0, octet_length(merged.items) / 8 - 1) n) pieces) end`,
      values: [log, ...postings.arrays()],
    });
  }

  private addForms(forms: ReadonlyMap<string, WrittenForm & { readonly tenantId: string }>): void {
    const known = this.known('forms');
    const fresh = [...forms].filter(([key]) => !known.has(key));
    if (fresh.length === 0) return;
    const { schema, log } = this.place;
    const list = fresh.map(([, form]) => form);
    this.place.send({
      name: `${schema}.ticket_form.add`,
      text: `insert into ${schema}.ticket_form (log, tenant_id, form, folded, backwards)
             select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) on conflict do nothing`,
      values: [
        log,
        uuidArray(list.map(({ tenantId }) => tenantId)),
        textArray(list.map(({ form }) => form)),
        textArray(list.map(({ folded }) => folded)),
        textArray(list.map(({ folded }) => backwards(folded))),
      ],
    });
    for (const [key] of fresh) known.set(key, true);
  }

  private addLanguages(languages: ReadonlyMap<string, ReadonlySet<string>>): void {
    const known = this.known('languages');
    for (const [tenantId, list] of languages) {
      for (const language of list) {
        const key = `${tenantId}/${language}`;
        if (known.has(key)) continue;
        this.place.send({
          name: `${this.place.schema}.ticket_language.add`,
          text: `insert into ${this.place.schema}.ticket_language values ($1, $2) on conflict do nothing`,
          values: [tenantId, language],
        });
        known.set(key, true);
      }
    }
  }

  /** Rare. What is left of a text is the ticket's number, where it is the text that tells it. */
  private async remove(rows: readonly TextRow[]): Promise<void> {
    for (const row of rows) {
      const { fields, forms } = wordsOf(textOf(row));
      await this.removeItems(row, fields);
      for (const { form } of forms) this.known('forms').delete(`${row.tenant_id}/${form}`);
      await this.removeText(row);
      const left = new Postings();
      for (const [word, bits] of wordsOf({ ...(row.number !== null && { number: row.number }) }).fields)
        left.add(row, word, bits);
      this.addItems(left);
    }
  }

  /** And the words of the lexicon that no text has any more. */
  private async removeItems(row: TextRow, fields: ReadonlyMap<string, number>): Promise<void> {
    const { schema, log } = this.place;
    const words = textArray([...fields.keys()]);
    const place = [row.tenant_id, log, words, blockOf(row.position)];
    const here = 'tenant_id = $1 and log = $2 and word = any ($3) and block = $4';
    const items = [...new Set(fields.values())].map((bits) => itemOf(row.position, bits, row.ticket_id));
    await this.place.query({
      name: `${schema}.ticket_posting.remove`,
      text: `update ${schema}.ticket_posting p set items = coalesce((
               select string_agg(${itemAt('n')}, '' order by n)
                 from (select p.items as items) merged, generate_series(0, octet_length(merged.items) / 8 - 1) n
                where ${itemAt('n')} <> all ($5::bytea[])), '')
              where ${here}`,
      values: [...place, byteaArray(items)],
    });
    await this.place.query({
      name: `${schema}.ticket_posting.prune`,
      text: `delete from ${schema}.ticket_posting where ${here} and items = ''`,
      values: place,
    });
    await this.place.query({
      name: `${schema}.ticket_form.prune`,
      text: `delete from ${schema}.ticket_form f where tenant_id = $1 and log = $2 and folded = any ($3)
              and not exists (select from ${schema}.ticket_posting p
                               where p.tenant_id = $1 and p.log = $2 and p.word = f.folded)`,
      values: [row.tenant_id, log, words],
    });
  }

  private async removeText({ tenant_id, ticket_id, version, number }: TextRow): Promise<void> {
    const { schema, log } = this.place;
    const change =
      number === null
        ? `delete from ${schema}.ticket_text`
        : `update ${schema}.ticket_text set title = null, people = '{}', tags = '{}', body = null, author_id = null`;
    await this.place.query({
      text: `${change} where tenant_id = $1 and ticket_id = $2 and log = $3 and version = $4`,
      values: [tenant_id, ticket_id, log, version],
    });
  }

  private known(name: string): LRUCache<string, true> {
    const { memory, log } = this.place;
    const key = `${name} of ${log}`;
    const known = (memory.get(key) ?? new LRUCache({ max: remembered })) as LRUCache<string, true>;
    memory.set(key, known);
    return known;
  }
}
