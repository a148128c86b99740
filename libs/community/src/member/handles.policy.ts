import { EventStore, type RecordedEvent, uuid5 } from '@guichet/event-sourcing';
import type { Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { claimDecider } from './claim.js';
import type { MemberEvent } from './member.js';

/** The claim on a handle that a member has no more is given up. */
@Injectable()
export class HandlesPolicy implements Policy {
  constructor(private readonly events: EventStore) {}

  async handle({ tenantId, eventId, metadata, ...event }: RecordedEvent): Promise<void> {
    const { type, data } = { type: event.type, data: event.data } as MemberEvent;
    const isErased = type === 'MemberErased';
    if (!isErased && (type !== 'HandleChanged' || data.fromHandleId === data.handleId)) return;
    const { memberId, at } = data;
    const handleId = isErased ? data.handleId : data.fromHandleId;
    const { correlationId, traceparent } = metadata;
    await this.events.transact(
      claimDecider,
      handleId,
      { type: 'GiveUpHandle', data: { memberId, at } },
      {
        context: {
          ...{ tenantId, actor: { kind: 'system', id: 'community' }, causationId: eventId },
          ...{ correlationId, traceparent },
        },
        commandId: uuid5(eventId, 'give-up-handle'),
      },
    );
  }
}
