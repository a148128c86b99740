import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export const problems = ['verification-due', 'outdated', 'low-rating', 'broken-links', 'open-corrections'] as const;
export type Problem = (typeof problems)[number];

/** Of a text that fewer are sure to be helped by than this share, its rating is low. */
export const lowRating = 0.5;

export interface HealthRow {
  readonly article_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly locale: string;
  readonly title: string;
  readonly revision: number;
  readonly owner_id: string | null;
  readonly verify_due_at: Date | null;
  readonly changed_words: number | null;
  readonly helpful: number;
  readonly not_helpful: number;
  readonly helpful_at_least: number | null;
  readonly broken_links: number;
  readonly open_corrections: number;
  /** In the last 30 days. */
  readonly views: number;
  /** What the list is sorted by. */
  readonly gravity: number;
}

export interface HealthFilter {
  /** null: any. */
  readonly problem: Problem | null;
  readonly locale: string | null;
  readonly ownerId: string | null;
}
/** Where the list goes on: how grave the last one seen was, its article's number and its language. */
export type HealthPlace = readonly [gravity: number, number: string, locale: string];

/** Days that views are counted for, the day of `now` the last one. */
const days = 30;
const views = `(select coalesce(sum(views), 0)::int from generate_series(0, ${days - 1}) as back
  join read_model.reading_daily as read on read.day = ($6::timestamptz at time zone 'UTC')::date - back
  where read.tenant_id = $1 and read.article_id = text.article_id and read.locale = text.locale)`;

/** Whether a text has the problem, and how grave it is: the greater, the graver. */
const conditions: Readonly<Record<Problem, { readonly is: string; readonly gravity: string }>> = {
  'verification-due': { is: 'verify_due_at <= $6::timestamptz', gravity: '-extract(epoch from verify_due_at)' },
  // Of what nobody reads, the words alone count.
  outdated: { is: 'changed_words is not null', gravity: `changed_words * (${views} + 1)` },
  'low-rating': { is: `helpful_at_least < ${lowRating}`, gravity: '-helpful_at_least' },
  'broken-links': { is: 'broken_links > 0', gravity: 'broken_links' },
  'open-corrections': { is: 'open_corrections > 0', gravity: 'open_corrections' },
};

const all = Object.values(conditions);
const any = {
  is: all.map(({ is }) => is).join(' or '),
  gravity: all.map(({ is }) => `coalesce(${is}, false)::int`).join(' + '),
};

@Injectable()
export class HealthLists {
  constructor(private readonly database: TenantDatabase) {}

  /** Published texts that have the problem, or any of them, the gravest first. */
  texts(
    tenantId: string,
    { problem, locale, ownerId }: HealthFilter,
    limit: number,
    now: Date,
    after: HealthPlace | undefined,
  ): Promise<HealthRow[]> {
    const { is, gravity } = problem === null ? any : conditions[problem];
    const [afterGravity = null, number = null, afterLocale = null] = after ?? [];
    return this.database.query<HealthRow & Record<string, unknown>>(tenantId, {
      name: `health: ${problem ?? 'any problem'}`,
      text: `select text.*, ${views} as views from (
               select article_id, number, locale, title, revision, owner_id, verify_due_at, changed_words, helpful,
                 not_helpful, helpful_at_least, broken_links, open_corrections, (${gravity})::double precision as gravity
               from read_model.article_health as text
               where tenant_id = $1 and revision is not null and not archived and $6::timestamptz is not null
                 and ($2::text is null or locale = $2) and ($3::text is null or owner_id = $3) and (${is})) as text
             where $5::double precision is null or (-gravity, number, locale) > (-$5::double precision, $7::bigint, $8::text)
             order by -gravity, number, locale limit $4`,
      values: [tenantId, locale, ownerId, limit, afterGravity, now, number, afterLocale],
    });
  }
}
