import { int4Array, textArray } from '@guichet/event-sourcing/postgres-arrays';
import type { SearchDocument } from '../document.js';
import type {
  IndexReader,
  KnownForm,
  Lexicon,
  PostingBlock,
  Postings,
  RankedPart,
  Scope,
  SoughtTerm,
  TermKey,
} from '../index-store.js';
import { BlockPostings, keysOf } from '../ranking/block-postings.js';
import type { Nearby } from '../ranking/edits.js';
import { unpackContent } from '../content.store.js';
import { type IndexPlace, Statements } from './place.js';

/** Greater than every text that begins with what stands before it. */
const last = '\u{10ffff}';

interface FormRow {
  readonly form: string;
  readonly folded: string;
  readonly stem: string;
  /** A sum, as pg reads it. */
  readonly documents: string;
}

const knownForm = ({ documents, ...form }: FormRow): KnownForm => ({ ...form, documents: Number(documents) });

/** Reads the tables of an index. */
export class PostgresReader implements IndexReader {
  private readonly statements: Statements;

  constructor(place: IndexPlace) {
    this.statements = new Statements(place);
  }

  async lexicon(scope: Scope, folded: readonly string[], stems: readonly string[]): Promise<Lexicon> {
    const { term, posting } = this.statements;
    // Lists behind a subquery look alike to the planner, however long they are: it then makes one plan for all searches.
    // Planning this statement takes longer than running it.
    const audiences = 'audience = any (array(select unnest($3::text[])))';
    const rows = await this.statements.run<FormRow>(
      'lexicon',
      `${this.withSizes(
        `select distinct t.form, t.folded, t.stem from ${term} t
          where t.tenant_id = $1 and t.locale = $2 and t.${audiences}
            and t.stem = any (array(select unnest($5::text[]) union select k.stem from ${term} k
              where k.tenant_id = $1 and k.locale = $2 and k.${audiences}
                and k.folded = any (array(select unnest($4::text[])))))`,
        audiences,
      )}
       union all
       select '', '', '', sum(documents) from ${posting}
         where tenant_id = $1 and locale = $2 and ${audiences} and channel = 'document' and term = ''`,
      [...scopeValues(scope), textArray(folded), textArray(stems)],
    );
    const all = rows.map(knownForm);
    const isCount = ({ form }: KnownForm) => form === '';
    return { forms: all.filter((form) => !isCount(form)), documents: all.find(isCount)?.documents ?? 0 };
  }

  async formsNear(scope: Scope, words: readonly Nearby[]): Promise<readonly KnownForm[]> {
    // With `offset 0`, each word is looked for by itself, through the index: the planner may not turn the loop round.
    const where = (condition: string) =>
      `(select t.form, t.folded, t.stem from ${this.statements.term} t
         where t.tenant_id = $1 and t.locale = $2 and t.audience = any ($3) and ${condition}
           and length(t.folded) between length(w.folded) - 1 and length(w.folded) + 1 offset 0)`;
    const near = `select distinct n.*
         from unnest($4::text[], $5::text[], $6::text[], $7::text[]) as w (folded, start, backwards, crossed)
         cross join lateral (
           ${where(`t.folded >= w.start and t.folded < w.start || '${last}'`)}
           union all
           ${where(`t.backwards >= w.backwards and t.backwards < w.backwards || '${last}'`)}
           union all
           ${where('t.folded = w.crossed')}) n`;
    const parts = ['folded', 'start', 'backwards', 'crossed'] as const;
    const rows = await this.statements.run<FormRow>('near', this.withSizes(near), [
      ...scopeValues(scope),
      ...parts.map((part) => textArray(words.map((word) => word[part]))),
    ]);
    return rows.map(knownForm);
  }

  async formsFrom(scope: Scope, prefix: string, limit: number): Promise<readonly KnownForm[]> {
    const { term } = this.statements;
    const from = `select distinct t.form, t.folded, t.stem from ${term} t where t.tenant_id = $1 and t.locale = $2 and t.audience = any ($3)
         and t.folded >= $4 and t.folded < $5 order by t.folded, t.form limit $6`;
    const rows = await this.statements.run<FormRow>('from', this.withSizes(from), [
      ...scopeValues(scope),
      ...[prefix, prefix + last, limit],
    ]);
    return rows.map(knownForm);
  }

  /** With how many documents have them. @param forms a subquery that has each form once */
  private withSizes(forms: string, audiences = 'audience = any ($3)'): string {
    return `select f.form, f.folded, f.stem, s.documents from (${forms}) f
       cross join lateral (select coalesce(sum(p.documents), 0) as documents from ${this.statements.posting} p
         where p.tenant_id = $1 and p.${audiences} and p.locale = $2 and p.channel = 'form'
           and p.term = f.form offset 0) s`;
  }

  async postings(scope: Scope, terms: readonly SoughtTerm[], facets: readonly string[], k1: number): Promise<Postings> {
    return new BlockPostings(await this.blocks(scope, keysOf(terms, facets)), facets, k1);
  }

  private async blocks(scope: Scope, terms: readonly TermKey[]): Promise<readonly PostingBlock[]> {
    if (terms.length === 0) return [];
    // A part for each channel: in a part all conditions are the key's, whatever the planner knows of the table.
    const channels = [...new Set(terms.map(({ channel }) => channel))].sort();
    const parts = channels.map(
      (channel, i) =>
        `select audience, channel, term, block as start, documents, entries from ${this.statements.posting}
          where tenant_id = $1 and locale = $2 and audience = any ($3) and channel = '${channel}'
            and term = any ($${i + 4})`,
    );
    const termsOf = (channel: string) => terms.filter((each) => each.channel === channel).map(({ term }) => term);
    const rows = await this.statements.run<Omit<PostingBlock, 'locale'>>(
      `blocks.${channels.join('.')}`,
      parts.join(' union all '),
      [...scopeValues(scope), ...channels.map((channel) => textArray(termsOf(channel)))],
    );
    return rows.map((row) => ({ ...row, locale: scope.locale }));
  }

  async rankedParts(scope: Scope, numbers: readonly number[]): Promise<readonly RankedPart[]> {
    return this.statements.run<{ number: number; signal: number; vector: Uint8Array }>(
      'parts',
      `select number, signal, vector from ${this.statements.document}
        where tenant_id = $1 and locale = $2 and audience = any ($3) and number = any ($4::int[])`,
      [...scopeValues(scope), int4Array(numbers)],
    );
  }

  async documents(scope: Scope, numbers: readonly number[]): Promise<readonly SearchDocument[]> {
    const rows = await this.statements.run<DocumentRow>(
      'documents',
      `select number, locale, audience, signal, content from ${this.statements.document}
        where tenant_id = $1 and locale = $2 and audience = any ($3) and number = any ($4::int[])`,
      [...scopeValues(scope), int4Array(numbers)],
    );
    return rows.map(documentOf);
  }
}

const scopeValues = ({ locale, audiences }: Scope) => [locale, textArray(audiences)];

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
