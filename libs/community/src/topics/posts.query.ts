import { TenantDatabase } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import type { WrittenToday } from '../member/writing.js';

const waitMs = 5_000;

export interface Written {
  readonly today: WrittenToday;
  /** Of the last post; null: there is none today. */
  readonly lastAt: string | null;
}

/** Posts as commands ask for them. */
@Injectable()
export class Posts {
  constructor(
    private readonly database: TenantDatabase,
    private readonly freshness: Freshness,
  ) {}

  /** The topic that the post is in; one that was written a moment ago is waited for. */
  async topicOf(tenantId: string, postId: string): Promise<string | undefined> {
    const find = () =>
      this.database.query<{ topic_id: string }>(tenantId, {
        name: 'topic of a post',
        text: 'select topic_id from read_model.post where tenant_id = $1 and post_id = $2',
        values: [tenantId, postId],
      });
    const [found] = await find();
    if (found !== undefined) return found.topic_id;
    await this.freshness.hasAllOfOwn('topics', waitMs);
    return (await find())[0]?.topic_id;
  }

  /** What the member has written since midnight, UTC. What was written at the same moment may not be counted yet. */
  async writtenBy(tenantId: string, memberId: string, at: string): Promise<Written> {
    const [row] = await this.database.query<{ topics: number; posts: number; votes: number; last_at: Date | null }>(
      tenantId,
      {
        name: 'written today',
        text: `select count(*) filter (where post_id = topic_id)::int as topics,
                 count(*) filter (where post_id <> topic_id)::int as posts, max(posted_at) as last_at,
                 (select count(*)::int from read_model.post_vote
                  where tenant_id = $1 and member_id = $2 and cast_at >= $3) as votes
               from read_model.post where tenant_id = $1 and member_id = $2 and posted_at >= $3`,
        values: [tenantId, memberId, `${at.slice(0, 10)}T00:00:00.000Z`],
      },
    );
    const { topics = 0, posts = 0, votes = 0, last_at: lastAt = null } = row ?? {};
    return { today: { topics, posts, votes }, lastAt: lastAt?.toISOString() ?? null };
  }
}
