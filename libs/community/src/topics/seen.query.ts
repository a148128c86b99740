import { rankOf } from '@guichet/contracts';
import type { RequestContext } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { audienceOf, moderators } from '../callers.http.js';
import { Members } from '../member/members.store.js';
import { unknownPost, unknownTopic } from '../topic/refusals.js';
import { type PostRow, type TopicRow, Topics } from './topics.query.js';

export interface SeenTopic {
  readonly row: TopicRow;
  /** The caller's; null: no member. */
  readonly memberId: string | null;
  /** Whether the caller moderates its category. */
  readonly moderates: boolean;
}

/** What the caller may see of topics and posts. */
@Injectable()
export class Seen {
  constructor(
    private readonly topics: Topics,
    private readonly members: Members,
  ) {}

  /** @throws DomainError 404 `unknown-topic`: there is none, or it is not for the caller */
  async topic(ctx: RequestContext, ref: Parameters<Topics['find']>[1]): Promise<SeenTopic> {
    const { tenantId, subject } = ctx;
    const row = await this.topics.find(tenantId, ref);
    if (row === undefined || row.audience > rankOf(audienceOf(ctx))) throw unknownTopic();
    const memberId = (await this.members.idOf(tenantId, subject)) ?? null;
    const viewer = { memberId, subject, moderatesAll: ctx.is(...moderators) };
    const moderates = await this.topics.moderates(tenantId, viewer, row.category_id);
    if (row.first_state !== 'visible' && !moderates && row.member_id !== memberId) throw unknownTopic();
    return { row, memberId, moderates };
  }

  /** @throws DomainError 404 `unknown-post`: there is none, or it is not for the caller */
  async post(ctx: RequestContext, postId: string): Promise<SeenTopic & { readonly post: PostRow }> {
    const post = await this.topics.post(ctx.tenantId, postId);
    if (post === undefined) throw unknownPost();
    const seen = await this.topic(ctx, { topicId: post.topic_id });
    const isTheirs = seen.moderates || (post.member_id === seen.memberId && post.state !== 'removed');
    if (post.state !== 'visible' && !isTheirs) throw unknownPost();
    return { ...seen, post };
  }
}
