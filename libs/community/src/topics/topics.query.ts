import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { PostState } from '../topic/topic.js';
import type { TopicKind } from '../topic/topic-events.js';
import { listed } from './tables.js';

export interface TopicRow {
  readonly topic_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly category_id: string;
  readonly kind: TopicKind;
  readonly locale: string;
  readonly member_id: string;
  readonly title: string;
  readonly started_at: Date;
  readonly bumped_at: Date;
  readonly first_state: PostState;
  readonly locked: boolean;
  readonly pinned: boolean;
  readonly solved: boolean;
  readonly merged_into: string | null;
  readonly root_id: string;
  readonly posts: number;
  readonly votes: number;
  readonly idea_votes: number;
  readonly version: number;
  /** Rank: see `rankOf`. */
  readonly audience: number;
  /** Of the topic that it is shown in. */
  readonly root_number: string;
}

export interface PostRow {
  readonly post_id: string;
  readonly topic_id: string;
  readonly member_id: string;
  readonly reply_to: string | null;
  readonly official: boolean;
  readonly state: PostState;
  readonly body: string;
  readonly edition: number;
  readonly posted_at: Date;
  readonly edited_at: Date | null;
  readonly accepted: boolean;
  readonly doubts: number;
  readonly votes: number;
  readonly voted: boolean;
}

export interface EditionRow {
  readonly edition: number;
  readonly body: string;
  readonly reason: string | null;
  readonly by_moderator: boolean;
  readonly written_at: Date;
}

/** Who looks: what is held or hidden is shown to who wrote it, and to moderators. */
export interface Viewer {
  /** null: no member. */
  readonly memberId: string | null;
  readonly moderatesAll: boolean;
  /** By the `sub` of their token. */
  readonly subject: string;
}

export const sorts = ['active', 'newest', 'votes', 'wanted'] as const;
export type Sort = (typeof sorts)[number];

export interface TopicFilter {
  readonly rank: number;
  readonly category?: string;
  readonly locales?: readonly string[];
  readonly solved?: boolean;
  readonly unanswered?: boolean;
  readonly kind?: TopicKind;
  readonly sort: Sort;
}

/** Where a list goes on: whether the last one was pinned, what it was sorted by, its id. */
export type TopicPlace = readonly [pinned: boolean, by: string, topicId: string];

const columns = `topic.topic_id, topic.number, topic.category_id, topic.kind, topic.locale, topic.member_id, topic.title,
  topic.started_at, topic.bumped_at, topic.first_state, topic.locked, topic.pinned, topic.solved, topic.merged_into,
  topic.root_id, topic.posts, topic.votes, topic.idea_votes, topic.version, forum_category.audience`;
const withCategory = `join read_model.forum_category on forum_category.tenant_id = $1
  and forum_category.category_id = topic.category_id`;

const sortedBy = {
  active: { column: 'bumped_at', type: 'timestamptz', of: (row: TopicRow) => row.bumped_at.toISOString() },
  newest: { column: 'started_at', type: 'timestamptz', of: (row: TopicRow) => row.started_at.toISOString() },
  wanted: { column: 'idea_votes', type: 'int', of: (row: TopicRow) => String(row.idea_votes) },
  votes: { column: 'votes', type: 'int', of: (row: TopicRow) => String(row.votes) },
} as const;

export const placeOf = (row: TopicRow, { sort, category }: TopicFilter): TopicPlace => [
  category !== undefined && row.pinned,
  sortedBy[sort].of(row),
  row.topic_id,
];

@Injectable()
export class Topics {
  constructor(private readonly database: TenantDatabase) {}

  /** What readers see; in a category, pinned topics first. `after` is the last one seen. */
  list(tenantId: string, filter: TopicFilter, limit: number, after?: TopicPlace): Promise<TopicRow[]> {
    const { column, type } = sortedBy[filter.sort];
    const values: unknown[] = [tenantId, filter.rank, limit];
    const value = (of: unknown) => `$${values.push(of)}`;
    const conditions = [
      ...(filter.category === undefined ? [] : [`topic.category_id = ${value(filter.category)}`]),
      ...(filter.locales === undefined ? [] : [`topic.locale = any (${value(filter.locales)}::text[])`]),
      ...(filter.solved === undefined ? [] : [`solved = ${value(filter.solved)}`]),
      ...(filter.kind === undefined ? [] : [`kind = ${value(filter.kind)}`]),
      ...(filter.unanswered === true ? ['posts = 1'] : []),
    ];
    if (after !== undefined) {
      const [pinned, by, id] = [value(after[0]), `${value(after[1])}::${type}`, value(after[2])];
      const later = `(${column} < ${by} or ${column} = ${by} and topic_id > ${id}::uuid)`;
      const below = `(pinned < ${pinned}::boolean or pinned = ${pinned}::boolean and ${later})`;
      // A parameter that no condition names has no type.
      conditions.push(filter.category === undefined ? `${later} and ${pinned}::boolean is not null` : below);
    }
    const order = filter.category === undefined ? '' : 'pinned desc, ';
    return this.database.query<TopicRow>(tenantId, {
      text: `select ${columns}, topic.number as root_number from read_model.topic ${withCategory}
             where topic.tenant_id = $1 and ${listed} and audience <= $2
               ${conditions.map((condition) => `and ${condition}`).join(' ')}
             order by ${order}${column} desc, topic_id limit $3`,
      values,
    });
  }

  /** By its id or its number. */
  async find(tenantId: string, ref: { readonly topicId: string } | { readonly number: string }) {
    const [by, value] = 'topicId' in ref ? ['topic_id = $2::uuid', ref.topicId] : ['number = $2::bigint', ref.number];
    const [row] = await this.database.query<TopicRow>(tenantId, {
      name: `topic by ${by}`,
      text: `select ${columns}, root.number as root_number from read_model.topic ${withCategory}
               join read_model.topic as root on root.tenant_id = $1 and root.topic_id = topic.root_id
             where topic.tenant_id = $1 and topic.${by}`,
      values: [tenantId, value],
    });
    return row;
  }

  /** Whether the viewer moderates the category. */
  async moderates(tenantId: string, { subject, moderatesAll }: Viewer, categoryId: string): Promise<boolean> {
    if (moderatesAll) return true;
    const rows = await this.database.query(tenantId, {
      name: 'moderates a category',
      text: `select 1 from read_model.forum_moderator where tenant_id = $1 and category_id = $2 and person_id = $3`,
      values: [tenantId, categoryId, subject],
    });
    return rows.length > 0;
  }

  /** Posts that are shown in a topic, in the order in which they were written; `after` is the last one seen. */
  posts(
    tenantId: string,
    topicId: string,
    { memberId, sees }: { readonly memberId: string | null; readonly sees: 'all' | 'own' },
    limit: number,
    [at, postId]: readonly [at: string, postId: string] = ['-infinity', '00000000-0000-0000-0000-000000000000'],
  ): Promise<PostRow[]> {
    return this.database.query<PostRow>(tenantId, {
      name: 'posts of a topic',
      text: `select post_id, topic_id, member_id, reply_to, official, state, body, edition, posted_at, edited_at,
               accepted, doubts, votes, exists (select 1 from read_model.post_vote as mine where mine.tenant_id = $1
                 and mine.post_id = post.post_id and mine.member_id = $3) as voted
             from read_model.post
             where tenant_id = $1 and shown_in = $2 and (state = 'visible' or $4 or (member_id = $3 and state <> 'removed'))
               and (posted_at, post_id) > ($6::timestamptz, $7::uuid)
             order by posted_at, post_id limit $5`,
      values: [tenantId, topicId, memberId, sees === 'all', limit, at, postId],
    });
  }

  async post(tenantId: string, postId: string): Promise<PostRow | undefined> {
    const [row] = await this.database.query<PostRow>(tenantId, {
      name: 'post',
      text: `select post_id, topic_id, member_id, reply_to, official, state, body, edition, posted_at, edited_at,
               accepted, doubts, votes, false as voted
             from read_model.post where tenant_id = $1 and post_id = $2`,
      values: [tenantId, postId],
    });
    return row;
  }

  /** Newest first. */
  editions(tenantId: string, postId: string): Promise<EditionRow[]> {
    return this.database.query<EditionRow>(tenantId, {
      name: 'editions of a post',
      text: `select edition, body, reason, by_moderator, written_at from read_model.post_edition
             where tenant_id = $1 and post_id = $2 order by edition desc`,
      values: [tenantId, postId],
    });
  }
}
