import { EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { Freshness, type Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { topicDecider } from '../topic/decide.js';
import type { TopicEvent } from '../topic/topic-events.js';
import { type NoticeKind, Notices } from './notices.store.js';

const waitMs = 5_000;

/** Tells members what happens where they follow or write; of what is held or hidden nobody is told. */
@Injectable()
export class NoticePolicy implements Policy {
  constructor(
    private readonly events: EventStore,
    private readonly notices: Notices,
    private readonly freshness: Freshness,
  ) {}

  async handle({ type, data, tenantId, position, metadata }: RecordedEvent): Promise<void> {
    if (metadata.imported === true) return;
    const { topicId, postId, held, at } = data as { topicId: string; postId: string; held?: boolean; at: string };
    const kind = kindOf(type as TopicEvent['type'], topicId === postId);
    if (kind === undefined || held === true) return;
    if (!(await this.freshness.hasAllOfOwn('topics', waitMs))) throw new Error('Who is to be told is not known yet.');
    const { state: topic } = await this.events.load(topicDecider, tenantId, topicId);
    const post = topic.posts.get(postId);
    if (post?.state !== 'visible') return;
    const by = kind === 'accepted' ? topic.memberId : post.memberId;
    await this.notices.tell(tenantId, { kind, topicId, postId, memberId: by, position, at });
  }
}

/** What a topic begins with is its first post. */
function kindOf(type: TopicEvent['type'], isFirst: boolean): NoticeKind | undefined {
  if (type === 'TopicStarted' || (type === 'PostReleased' && isFirst)) return 'topic';
  if (type === 'PostAdded' || type === 'PostReleased') return 'post';
  return type === 'AnswerAccepted' ? 'accepted' : undefined;
}
