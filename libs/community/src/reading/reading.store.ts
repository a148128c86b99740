import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { TrustFigures } from '../member/trust.js';
import { credited } from './credited.js';

/** What a page says somebody has read of a topic. */
export interface ReadMark {
  readonly topicId: string;
  /** Posts from the first on. */
  readonly posts: number;
  /** Since the last report. */
  readonly seconds: number;
}

export interface Reader {
  readonly tenantId: string;
  readonly memberId: string;
  /** Rank of the strictest audience that they belong to. */
  readonly rank: number;
}

/** Least minutes between two assessments of a member's level. */
const assessedAfterMinutes = 10;

/** How far members have read, and what they have done. */
@Injectable()
export class Reading {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * Topics that are not for the reader are left out, and no more posts count than there are.
   * @returns whether it is time to assess the member's level: for one of all who report at once
   */
  mark({ tenantId, memberId, rank }: Reader, marks: readonly ReadMark[], at: string): Promise<boolean> {
    return this.database.transaction(tenantId, async (client) => {
      const elapsed = await lastVisit(client, tenantId, memberId, at);
      await client.query(
        'insert into visit_day (tenant_id, member_id, day) values ($1, $2, $3::date) on conflict do nothing',
        [tenantId, memberId, at.slice(0, 10)],
      );
      await client.query(
        `insert into read_mark as mark (tenant_id, member_id, topic_id, posts, seconds, read_at)
         select $1, $2, topic.topic_id, least(read.posts, topic.posts), read.seconds, $6
         from unnest($3::uuid[], $4::int[], $5::int[]) as read (topic_id, posts, seconds)
         join read_model.topic on topic.tenant_id = $1 and topic.topic_id = read.topic_id
           and topic.first_state = 'visible'
         join read_model.forum_category as category on category.tenant_id = $1
           and category.category_id = topic.category_id and category.audience <= $7
         on conflict (tenant_id, member_id, topic_id) do update set posts = greatest(mark.posts, excluded.posts),
           seconds = mark.seconds + excluded.seconds, read_at = excluded.read_at`,
        [
          ...[tenantId, memberId, marks.map(({ topicId }) => topicId), marks.map(({ posts }) => posts)],
          ...[
            credited(
              marks.map(({ seconds }) => seconds),
              elapsed,
            ),
            at,
            rank,
          ],
        ],
      );
      const { rowCount } = await client.query(
        `update last_visit set assessed_at = $3
         where tenant_id = $1 and member_id = $2 and assessed_at < $3::timestamptz - make_interval(mins => $4)`,
        [tenantId, memberId, at, assessedAfterMinutes],
      );
      return rowCount === 1;
    });
  }

  /** What the member has done until then. */
  async figures(tenantId: string, memberId: string, at: string): Promise<TrustFigures> {
    const [row] = await this.database.query<TrustFigures & Record<string, unknown>>(tenantId, {
      name: 'figures of trust',
      text: `with lately as (select $3::timestamptz - interval '100 days' as since),
               answer as (
                 select topic.topic_id, max(post.posted_at) as last_at
                 from read_model.post join read_model.topic on topic.tenant_id = $1 and topic.topic_id = post.topic_id
                 where post.tenant_id = $1 and post.member_id = $2 and post.state = 'visible' and topic.member_id <> $2
                 group by topic.topic_id),
               received as (
                 select vote.cast_at from read_model.post join read_model.post_vote as vote
                   on vote.tenant_id = $1 and vote.post_id = post.post_id
                 where post.tenant_id = $1 and post.member_id = $2)
             select marks.*, visits.*, answers.*, votes.*,
               (select count(*)::int from read_model.post_vote where tenant_id = $1 and member_id = $2) as "votesGiven",
               (select count(*)::int from read_model.review_item, lately
                where tenant_id = $1 and author_id = $2 and action = 'hide' and decided_at >= since)
                 as "upheldFlagsIn100Days"
             from (select count(*)::int as "topicsRead", coalesce(sum(posts), 0)::int as "postsRead",
                     coalesce(sum(seconds), 0)::int as "secondsRead"
                   from read_mark where tenant_id = $1 and member_id = $2) as marks,
               (select count(*)::int as "daysVisited",
                  (count(*) filter (where day >= since::date))::int as "daysVisitedIn100Days"
                from visit_day, lately where tenant_id = $1 and member_id = $2) as visits,
               (select count(*)::int as "topicsAnswered",
                  (count(*) filter (where last_at >= since))::int as "topicsAnsweredIn100Days"
                from answer, lately) as answers,
               (select count(*)::int as "votesReceived",
                  (count(*) filter (where cast_at >= since))::int as "votesReceivedIn100Days"
                from received, lately) as votes`,
      values: [tenantId, memberId, at],
    });
    if (row === undefined) throw new Error('The figures of a member are one row.');
    return row;
  }
}

/** Seconds since the last report; undefined: there was none. One report of a member at a time. */
async function lastVisit(
  client: pg.ClientBase,
  tenantId: string,
  memberId: string,
  at: string,
): Promise<number | undefined> {
  const { rows } = await client.query<{ read_at: Date }>(
    'select read_at from last_visit where tenant_id = $1 and member_id = $2 for update',
    [tenantId, memberId],
  );
  await client.query(
    `insert into last_visit (tenant_id, member_id, read_at) values ($1, $2, $3)
     on conflict (tenant_id, member_id) do update set read_at = excluded.read_at`,
    [tenantId, memberId, at],
  );
  const [before] = rows;
  return before && (Date.parse(at) - before.read_at.getTime()) / 1_000;
}
