import { EventStore, type RecordedEvent, TenantDatabase, uuid5 } from '@guichet/event-sourcing';
import { Freshness, type Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { topicDecider } from '../topic/decide.js';
import { ballotDecider, ballotStreamId, isVotedOn, type ReturnReason } from './ballot.js';

/** After these nothing more is decided on an idea, or not where its voters have voted. */
const reasons: Readonly<Record<string, ReturnReason>> = {
  TopicLocked: 'locked',
  TopicMoved: 'moved',
  TopicMerged: 'merged',
};
const waitMs = 5_000;

/** Gives votes back: those that are on an idea when it is locked, moved or merged, and those that came just too late. */
@Injectable()
export class BallotPolicy implements Policy {
  constructor(
    private readonly events: EventStore,
    private readonly database: TenantDatabase,
    private readonly freshness: Freshness,
  ) {}

  async handle(event: RecordedEvent): Promise<void> {
    const { type, tenantId } = event;
    const { topicId, memberId, at } = event.data as { topicId: string; memberId: string; at: string };
    if (type === 'IdeaVoteCast') {
      const { state } = await this.events.load(topicDecider, tenantId, topicId);
      if (!isVotedOn(state)) await this.giveBack(event, { topicId, memberId, at, why: 'locked' });
      return;
    }
    const why = reasons[type];
    if (why === undefined) return;
    if (!(await this.freshness.hasAllOfOwn('topics', waitMs)))
      throw new Error('The votes on the idea are not known yet.');
    for (const voter of await this.voters(tenantId, topicId))
      await this.giveBack(event, { topicId, memberId: voter, at, why });
  }

  private async voters(tenantId: string, topicId: string): Promise<string[]> {
    const rows = await this.database.query<{ member_id: string }>(tenantId, {
      name: 'voters of an idea',
      text: 'select member_id from read_model.idea_vote where tenant_id = $1 and topic_id = $2 order by member_id',
      values: [tenantId, topicId],
    });
    return rows.map(({ member_id }) => member_id);
  }

  private async giveBack(
    { tenantId, eventId, metadata: { correlationId, traceparent } }: RecordedEvent,
    data: { readonly topicId: string; readonly memberId: string; readonly at: string; readonly why: ReturnReason },
  ): Promise<void> {
    const id = ballotStreamId(tenantId, data.memberId);
    await this.events.transact(
      ballotDecider,
      id,
      { type: 'ReturnIdeaVote', data },
      {
        context: {
          ...{ tenantId, actor: { kind: 'system', id: 'community' }, causationId: eventId },
          ...{ correlationId, traceparent },
        },
        commandId: uuid5(eventId, `ballot/${data.memberId}`),
      },
    );
  }
}
