import { textArray } from '@guichet/event-sourcing/postgres-arrays';
import type { QueryResultRow } from 'pg';
import type { Channel } from '../analysis/document-terms.js';
import type { SearchDocument } from '../document.js';
import {
  type Form,
  type IndexReader,
  keyOf,
  type PostingBlock,
  type RankedPart,
  type Scope,
  type TermKey,
} from '../index-store.js';
import type { Nearby } from '../ranking/edits.js';
import { sizeOf } from '../ranking/posting-block.js';
import { unpackContent } from './content.store.js';
import { type IndexPlace, Statements } from './place.js';

/** Greater than every text that begins with what stands before it. */
const last = '\u{10ffff}';

/** Reads the tables of an index. */
export class PostgresReader implements IndexReader {
  private readonly statements: Statements;

  constructor(place: IndexPlace) {
    this.statements = new Statements(place);
  }

  async formsOf({ locale, audiences }: Scope, folded: readonly string[]): Promise<readonly Form[]> {
    return this.statements.run<{ form: string; folded: string }>(
      'forms',
      `select distinct form, folded from ${this.statements.term}
        where tenant_id = $1 and locale = $2 and audience = any ($3) and folded = any ($4)`,
      [locale, textArray(audiences), textArray(folded)],
    );
  }

  async formsNear({ locale, audiences }: Scope, words: readonly Nearby[]): Promise<readonly Form[]> {
    // With `offset 0`, each word is looked for by itself, through the index: the planner may not turn the loop round.
    const where = (condition: string) =>
      `(select t.form, t.folded from ${this.statements.term} t
         where t.tenant_id = $1 and t.locale = $2 and t.audience = any ($3) and ${condition}
           and length(t.folded) between length(w.folded) - 1 and length(w.folded) + 1 offset 0)`;
    return this.statements.run<{ form: string; folded: string }>(
      'near',
      `select distinct n.form, n.folded
         from unnest($4::text[], $5::text[], $6::text[], $7::text[]) as w (folded, start, backwards, crossed)
         cross join lateral (
           ${where(`t.folded >= w.start and t.folded < w.start || '${last}'`)}
           union all
           ${where(`t.backwards >= w.backwards and t.backwards < w.backwards || '${last}'`)}
           union all
           ${where('t.folded = w.crossed')}) n`,
      [
        locale,
        textArray(audiences),
        ...(['folded', 'start', 'backwards', 'crossed'] as const).map((part) =>
          textArray(words.map((word) => word[part])),
        ),
      ],
    );
  }

  async formsFrom({ locale, audiences }: Scope, prefix: string, limit: number): Promise<readonly Form[]> {
    return this.statements.run<{ form: string; folded: string }>(
      'from',
      `select distinct form, folded from ${this.statements.term}
        where tenant_id = $1 and locale = $2 and audience = any ($3) and folded >= $4 and folded < $5
        order by folded, form limit $6`,
      [locale, textArray(audiences), prefix, prefix + last, limit],
    );
  }

  async sizes(scope: Scope, terms: readonly TermKey[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.ofTerms<{ channel: Channel; term: string; bytes: string }>(
      'sizes',
      (where) =>
        `select channel, term, sum(octet_length(entries)) as bytes from ${this.statements.posting}
          where ${where} group by channel, term`,
      scope,
      terms,
    );
    return new Map(rows.map(({ channel, term, bytes }) => [keyOf({ channel, term }), sizeOf(Number(bytes))]));
  }

  async blocks(scope: Scope, terms: readonly TermKey[]): Promise<readonly PostingBlock[]> {
    const rows = await this.ofTerms<Omit<PostingBlock, 'locale'>>(
      'blocks',
      (where) => `select audience, channel, term, block, entries from ${this.statements.posting} where ${where}`,
      scope,
      terms,
    );
    return rows.map((row) => ({ ...row, locale: scope.locale }));
  }

  /** A part for each channel: in a part all conditions are the index's, whatever the planner knows of the table. */
  private ofTerms<R extends QueryResultRow>(
    name: string,
    select: (where: string) => string,
    { locale, audiences }: Scope,
    terms: readonly TermKey[],
  ): Promise<readonly R[]> {
    const channels = [...new Set(terms.map(({ channel }) => channel))].sort();
    const parts = channels.map((channel, i) =>
      select(
        `tenant_id = $1 and locale = $2 and audience = any ($3) and channel = '${channel}' and term = any ($${i + 4})`,
      ),
    );
    const termsOf = (wanted: Channel) =>
      textArray([...new Set(terms.flatMap(({ channel, term }) => (channel === wanted ? [term] : [])))]);
    if (parts.length === 0) return Promise.resolve([]);
    return this.statements.run<R>(`${name}.${channels.join('.')}`, parts.join(' union all '), [
      locale,
      textArray(audiences),
      ...channels.map(termsOf),
    ]);
  }

  async rankedParts({ locale, audiences }: Scope, numbers: readonly number[]): Promise<readonly RankedPart[]> {
    return this.statements.run<{ number: number; signal: number; vector: Uint8Array }>(
      'parts',
      `select number, signal, vector from ${this.statements.document}
        where tenant_id = $1 and locale = $2 and audience = any ($3) and number = any ($4::int[])`,
      [locale, textArray(audiences), numbers],
    );
  }

  async documents({ locale, audiences }: Scope, numbers: readonly number[]): Promise<readonly SearchDocument[]> {
    const rows = await this.statements.run<DocumentRow>(
      'documents',
      `select number, locale, audience, signal, content from ${this.statements.document}
        where tenant_id = $1 and locale = $2 and audience = any ($3) and number = any ($4::int[])`,
      [locale, textArray(audiences), numbers],
    );
    return rows.map(documentOf);
  }
}

export interface DocumentRow {
  readonly number: number;
  readonly locale: string;
  readonly audience: string;
  readonly signal: number;
  readonly content: Uint8Array;
}

export const documentOf = ({ content, number, locale, audience, signal }: DocumentRow): SearchDocument => ({
  number,
  locale,
  audience,
  signal,
  ...unpackContent(content),
});
