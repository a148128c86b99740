import type { IntakeEventData } from '@guichet/contracts';
import { EventStore, type RecordedEvent, uuid5 } from '@guichet/event-sourcing';
import type { Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { Suggestions } from '../session/suggestions.query.js';
import { stemsOf } from '../session/terms.js';
import { gapDecider } from './gap.js';

/** Looks for an answer to each ticket that comes, as its requester would have been shown it, and notes where none is. */
@Injectable()
export class GapPolicy implements Policy {
  constructor(
    private readonly events: EventStore,
    private readonly suggestions: Suggestions,
  ) {}

  async handle({ type, data, tenantId, eventId, metadata }: RecordedEvent): Promise<void> {
    if (type !== 'TicketOpened' || metadata.imported === true) return;
    const { ticketId, subject, locale, at } = data as IntakeEventData['TicketOpened'];
    const found = await this.suggestions.of(tenantId, { subject, locale, audience: 'signed-in' });
    if (found.length > 0) return;
    const command = {
      type: 'NoteUnanswered',
      data: { ticketId, locale, stems: stemsOf(subject, locale), at },
    } as const;
    const { correlationId, traceparent } = metadata;
    await this.events.transact(gapDecider, ticketId, command, {
      context: {
        ...{ tenantId, actor: { kind: 'system', id: 'knowledge' }, causationId: eventId },
        ...{ correlationId, traceparent },
      },
      commandId: uuid5(eventId, 'gap'),
    });
  }
}
