import { textArray, uuidArray } from '@guichet/event-sourcing/postgres-arrays';
import type { QueryResultRow } from 'pg';
import type { SearchSession } from '../postgres/place.js';
import type { Nearby } from '../ranking/edits.js';
import type { FormRange } from './asked-words.js';
import type { Occurrence, TextSource } from './find-tickets.js';
import { itemBytes, itemsOf } from './posting-items.js';
import type { WrittenForm } from './ticket-text.js';

/** Where the texts of a tenant are. */
export interface ReadingPlace {
  readonly session: SearchSession;
  readonly schema: string;
  readonly tenantId: string;
  /** The logs that tell of them. */
  readonly logs: readonly string[];
}

export interface ShownText {
  readonly ticketId: string;
  readonly kind: string;
  readonly at: Date;
  readonly body: string;
}

/** Forms of a range that are looked at. */
const maxForms = 300;
/** Of a ticket, the newest; and their UTF-16 units. */
const maxShown = 50;
const maxShownLength = 20_000;
const last = '\u{10ffff}';

/** Reads the tables. A key is 48 bits of a ticket's id: see posting-items. */
export class TextReader implements TextSource<number> {
  constructor(private readonly place: ReadingPlace) {}

  async languages(): Promise<readonly string[]> {
    const rows = await this.run<{ language: string }>(
      'languages',
      `select language from ${this.place.schema}.ticket_language where tenant_id = $1 order by language limit 50`,
      [],
    );
    return rows.map(({ language }) => language);
  }

  formsIn(ranges: readonly FormRange[]): Promise<readonly WrittenForm[]> {
    return this.run<WrittenForm>(
      'forms',
      `select distinct f.form, f.folded
         from unnest($3::text[], $4::text[]) as w (least, most), unnest($2::text[]) as l (log)
         cross join lateral (select t.form, t.folded from ${this.place.schema}.ticket_form t
           where t.tenant_id = $1 and t.log = l.log and t.folded >= w.least and t.folded < w.most
           order by t.folded, t.form limit ${maxForms}) f`,
      [this.logs, textArray(ranges.map(({ from }) => from)), textArray(ranges.map(({ to }) => to))],
    );
  }

  formsNear(words: readonly Nearby[]): Promise<readonly WrittenForm[]> {
    // With `offset 0`, each word is looked for by itself, through the index: the planner may not turn the loop round.
    const where = (condition: string) =>
      `(select t.form, t.folded from ${this.place.schema}.ticket_form t
         where t.tenant_id = $1 and t.log = l.log and ${condition}
           and length(t.folded) between length(w.folded) - 1 and length(w.folded) + 1 offset 0)`;
    return this.run<WrittenForm>(
      'near',
      `select distinct n.form, n.folded
         from unnest($3::text[], $4::text[], $5::text[], $6::text[]) as w (folded, start, backwards, crossed),
              unnest($2::text[]) as l (log)
         cross join lateral (
           ${where(`t.folded >= w.start and t.folded < w.start || '${last}'`)}
           union all
           ${where(`t.backwards >= w.backwards and t.backwards < w.backwards || '${last}'`)}
           union all
           ${where('t.folded = w.crossed')}) n`,
      [
        this.logs,
        ...(['folded', 'start', 'backwards', 'crossed'] as const).map((part) =>
          textArray(words.map((word) => word[part])),
        ),
      ],
    );
  }

  async sizes(words: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.run<{ word: string; bytes: string }>(
      'sizes',
      `select word, sum(octet_length(items)) as bytes from ${this.place.schema}.ticket_posting
        where tenant_id = $1 and log = any ($2) and word = any ($3) group by word`,
      [this.logs, textArray(words)],
    );
    return new Map(rows.map(({ word, bytes }) => [word, Number(bytes) / itemBytes]));
  }

  async occurrences(
    words: readonly string[],
    limit: number,
  ): Promise<ReadonlyMap<string, readonly Occurrence<number>[]>> {
    // The running sum is the number of items in newer blocks of the word: the blocks that reach the limit are the last.
    const rows = await this.run<{ word: string; items: Buffer }>(
      'items',
      `select word, items from (
         select word, block, items,
                sum(octet_length(items)) over (partition by word, log order by block desc) - octet_length(items) as newer
           from ${this.place.schema}.ticket_posting
          where tenant_id = $1 and log = any ($2) and word = any ($3)) p
        where newer < $4 order by word, block desc`,
      [this.logs, textArray(words), limit * itemBytes],
    );
    const found = new Map<string, Occurrence<number>[]>();
    for (const { word, items } of rows) {
      const list = found.get(word) ?? [];
      for (const item of itemsOf(items)) list.push(item);
      found.set(word, list);
    }
    return found;
  }

  /** What was said on the tickets, for snippets. */
  async textsOf(ticketIds: readonly string[]): Promise<readonly ShownText[]> {
    const rows = await this.run<{ ticket_id: string; kind: string; at: Date; body: string }>(
      'texts',
      `select t.* from unnest($2::uuid[]) as w (ticket_id)
       cross join lateral (
         select s.ticket_id, s.kind, s.at, left(s.body, ${maxShownLength}) as body from ${this.place.schema}.ticket_text s
          where s.tenant_id = $1 and s.ticket_id = w.ticket_id and s.body is not null
          order by s.at desc, s.log, s.version desc limit ${maxShown}) t`,
      [uuidArray(ticketIds)],
    );
    return rows.map(({ ticket_id, ...text }) => ({ ticketId: ticket_id, ...text }));
  }

  private get logs(): Buffer {
    return textArray(this.place.logs);
  }

  private async run<R extends QueryResultRow>(name: string, text: string, values: readonly unknown[]): Promise<R[]> {
    const { session, schema, tenantId } = this.place;
    return (await session.query<R>({ name: `${schema}.tickets.${name}`, text, values: [tenantId, ...values] })).rows;
  }
}
