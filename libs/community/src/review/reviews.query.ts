import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { Signal } from '../holding/signals.js';
import { type Accuracy, type FlagReason, lastFlags } from './flags.js';
import type { Action, Outcome } from './review-events.js';

export const reviewStates = ['open', 'appealed', 'decided'] as const;
export type ListedState = (typeof reviewStates)[number];

export interface FlagRow {
  readonly memberId: string;
  readonly reason: FlagReason;
  readonly weight: number;
  readonly note: string | null;
  readonly outcome: Outcome | null;
}

export interface ReviewRow {
  readonly post_id: string;
  readonly topic_id: string;
  readonly author_id: string;
  readonly state: ListedState;
  readonly edition: number;
  readonly held: boolean;
  readonly hidden: boolean;
  readonly score: number;
  readonly signals: readonly Signal[];
  readonly priority: number;
  readonly opened_at: Date;
  readonly outcome: Outcome | null;
  readonly action: Action | null;
  readonly reason: FlagReason | null;
  readonly note: string | null;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
  readonly appeal: string | null;
  readonly version: number;
  readonly body: string;
  readonly flagged: readonly FlagRow[] | null;
}

export interface OwnFlagRow {
  readonly post_id: string;
  readonly reason: FlagReason;
  readonly flagged_at: Date;
  readonly outcome: Outcome | null;
  readonly decided_at: Date | null;
  /** bigint, as pg reads it. */
  readonly position: string;
}

export type OwnReviewRow = Pick<
  ReviewRow,
  'state' | 'held' | 'hidden' | 'outcome' | 'action' | 'reason' | 'note' | 'decided_at'
> & { readonly flags: number; readonly appealed_at: Date | null };

/** Who looks: those who moderate all categories, or those of some. */
export interface Looking {
  readonly personId: string;
  readonly moderatesAll: boolean;
}
/** Of the last one seen. */
export type ReviewPlace = readonly [priority: number, openedAt: string, postId: string];

@Injectable()
export class Reviews {
  constructor(private readonly database: TenantDatabase) {}

  /** The most pressing first, of equal ones the oldest; `after` is the last one seen. */
  list(
    tenantId: string,
    state: ListedState,
    { personId, moderatesAll }: Looking,
    limit: number,
    after: ReviewPlace | null,
  ): Promise<ReviewRow[]> {
    const [priority, openedAt, postId] = after ?? [null, null, null];
    return this.database.query<ReviewRow & Record<string, unknown>>(tenantId, {
      name: 'reviews',
      text: `select item.*, coalesce(post.body, '') as body,
               (select jsonb_agg(jsonb_build_object('memberId', member_id, 'reason', flag.reason, 'weight', flag.weight,
                          'note', flag.note, 'outcome', flag.outcome) order by flag.position)
                from read_model.review_flag as flag
                where flag.tenant_id = $1 and flag.post_id = item.post_id) as flagged
             from read_model.review_item as item
             left join read_model.post on post.tenant_id = $1 and post.post_id = item.post_id
             where item.tenant_id = $1 and item.state = $2
               and ($3 or exists (
                 select from read_model.topic join read_model.forum_moderator as named
                   on named.tenant_id = $1 and named.category_id = topic.category_id and named.person_id = $4
                 where topic.tenant_id = $1 and topic.topic_id = item.topic_id))
               and ($5::double precision is null or item.priority < $5
                 or (item.priority = $5 and (item.opened_at, item.post_id) > ($6::timestamptz, $7::uuid)))
             order by item.priority desc, item.opened_at, item.post_id limit $8`,
      values: [tenantId, state, moderatesAll, personId, priority, openedAt, postId, limit],
    });
  }

  /** Those of one member, newest first; `before` is the position of the last one seen. */
  flagsOf(tenantId: string, memberId: string, limit: number, before: string): Promise<OwnFlagRow[]> {
    return this.database.query<OwnFlagRow & Record<string, unknown>>(tenantId, {
      name: 'flags of a member',
      text: `select post_id, reason, flagged_at, outcome, decided_at, position from read_model.review_flag
             where tenant_id = $1 and member_id = $2 and position < $4::bigint order by position desc limit $3`,
      values: [tenantId, memberId, limit, before],
    });
  }

  /** Undefined: nothing is said against the post, or somebody else wrote it. */
  async ofAuthor(tenantId: string, postId: string, authorId: string): Promise<OwnReviewRow | undefined> {
    const [row] = await this.database.query<OwnReviewRow & Record<string, unknown>>(tenantId, {
      name: 'review for its author',
      text: `select state, held, hidden, flags, outcome, action, reason, note, decided_at, appealed_at
             from read_model.review_item
             where tenant_id = $1 and post_id = $2 and author_id = $3 and state <> 'none'`,
      values: [tenantId, postId, authorId],
    });
    return row;
  }

  /** What came of the member's last flags that were decided on. */
  async accuracy(tenantId: string, memberId: string): Promise<Accuracy> {
    const [row] = await this.database.query<{ upheld: number; rejected: number }>(tenantId, {
      name: 'accuracy of flags',
      text: `select count(*) filter (where outcome = 'upheld')::int as upheld,
               count(*) filter (where outcome = 'rejected')::int as rejected
             from (select outcome from read_model.review_flag
                   where tenant_id = $1 and member_id = $2 and outcome is not null
                   order by decided_at desc limit ${lastFlags}) as last`,
      values: [tenantId, memberId],
    });
    return { upheld: row?.upheld ?? 0, rejected: row?.rejected ?? 0 };
  }

  /** Flags of the member since midnight, UTC, on other posts. */
  async flaggedToday(tenantId: string, memberId: string, postId: string, at: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(tenantId, {
      name: 'flags of a day',
      text: `select count(distinct post_id)::int as count from read_model.review_flag
             where tenant_id = $1 and member_id = $2 and post_id <> $3 and flagged_at >= $4`,
      values: [tenantId, memberId, postId, `${at.slice(0, 10)}T00:00:00.000Z`],
    });
    return row?.count ?? 0;
  }

  /** Visible posts of the topic, one at least. */
  async reach(tenantId: string, topicId: string): Promise<number> {
    const [row] = await this.database.query<{ posts: number }>(tenantId, {
      name: 'reach of a topic',
      text: 'select posts from read_model.topic where tenant_id = $1 and topic_id = $2',
      values: [tenantId, topicId],
    });
    return Math.max(1, row?.posts ?? 1);
  }

  /** A post as it stands: its title where it begins a topic. */
  async text(
    tenantId: string,
    postId: string,
  ): Promise<{ readonly title?: string; readonly body: string } | undefined> {
    const [row] = await this.database.query<{ body: string; title: string | null }>(tenantId, {
      name: 'text of a post',
      text: `select body, (select title from read_model.topic where topic.tenant_id = $1 and topic_id = post_id) as title
             from read_model.post where tenant_id = $1 and post_id = $2`,
      values: [tenantId, postId],
    });
    return row && { body: row.body, ...(row.title !== null && { title: row.title }) };
  }

  /** How many wait, and a mark that is another one after every change. */
  async counts(tenantId: string): Promise<{ readonly mark: string; readonly open: number; readonly appealed: number }> {
    const [row] = await this.database.query<{ mark: string; open: number; appealed: number }>(tenantId, {
      name: 'reviews that wait',
      text: `select (select coalesce(max(position), 0)::text from read_model.review_item where tenant_id = $1) as mark,
               (select count(*)::int from read_model.review_item where tenant_id = $1 and state = 'open') as open,
               (select count(*)::int from read_model.review_item where tenant_id = $1 and state = 'appealed') as appealed`,
      values: [tenantId],
    });
    return row ?? { mark: '0', open: 0, appealed: 0 };
  }
}
