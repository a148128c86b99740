import type { LiveEvent } from '@guichet/http-host';
import { Changes, type LiveView, type News, type Turn } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { ticketView } from '../ticket/ticket-view.http.js';
import { queueOf } from '../ticket/ticket-row.js';
import { type NamedTicket } from '../ticket/ticket.query.js';
import { DepartmentQueues, type QueueMoment } from './department-queue.query.js';

/** Beyond this many changes at once, reading the queue again is cheaper for everybody. */
const maxChanges = 500;

/**
 * A queue's changes as Server-Sent Events:
 * - `ticket`: a ticket of the queue as it is now (new or changed); - `left`: `{ticketId}` is no longer in the queue;
 * - `counts`: `{waiting, assigned, paused}` after these changes, with the id to resume from;
 * - `reset`: too much has happened, or the id is of no use here: read the queue again; carries an id too.
 * After a reconnection a change may come twice, none is missing: what is sent is how things are, not what happened.
 */
@Injectable()
export class QueueStream {
  constructor(
    private readonly queues: DepartmentQueues,
    private readonly changes: Changes,
  ) {}

  /** Whoever may see a queue sees the same of it. */
  view(tenantId: string, queue: string): LiveView<QueueMoment> {
    return {
      tenantId,
      key: `queue/${queue}`,
      listen: (changed) => this.changes.listen(tenantId, queue, changed),
      begin: (turn) => turn(() => this.queues.now(tenantId)),
      news: (moment, turn) => turn(() => this.newsOf(tenantId, queue, moment)),
      welcome: (_now, lastEventId, turn) => this.missed(tenantId, queue, lastEventId, turn),
      includes: (told, id) => includes(momentOf(told), momentOf(id)),
    };
  }

  /** What has changed after the client's moment; for one without a usable moment where the queue stands now. */
  private async missed(
    tenantId: string,
    queue: string,
    lastEventId: string | undefined,
    turn: Turn,
  ): Promise<readonly LiveEvent[]> {
    const since = lastEventId === undefined ? undefined : momentOf(lastEventId);
    return turn(async () => {
      const now = await this.queues.now(tenantId);
      // An id from the future is one of another database.
      if (since && since.own <= now.own && since.received <= now.received) {
        return (await this.newsOf(tenantId, queue, since))?.events ?? [];
      }
      const counts = { id: idOf(now), event: 'counts', data: await this.queues.counts(tenantId, queue) };
      return lastEventId === undefined ? [counts] : [{ id: idOf(now), event: 'reset', data: {} }, counts];
    });
  }

  /** Undefined where nothing has changed after the moment. */
  private async newsOf(tenantId: string, queue: string, moment: QueueMoment): Promise<News<QueueMoment> | undefined> {
    const { changed, counts } = await this.queues.changedSince(tenantId, queue, moment, maxChanges + 1);
    if (changed.length === 0) return undefined;
    const tooMany = changed.length > maxChanges;
    // Whoever reads the queue again has to do so after this moment.
    const after = tooMany ? await this.queues.now(tenantId) : latest(moment, changed);
    const events: LiveEvent[] = tooMany
      ? [{ id: idOf(after), event: 'reset', data: {} }]
      : changed.map((ticket) => changeOf(ticket, queue));
    const current = tooMany ? await this.queues.counts(tenantId, queue) : counts;
    // Only the last event has an id: a client that lost the rest of them gets all of them again.
    return { state: after, events: [...events, { id: idOf(after), event: 'counts', data: current }] };
  }
}

const changeOf = (ticket: NamedTicket, queue: string) =>
  ticket.in_queue && queueOf(ticket.department_id) === queue
    ? { event: 'ticket', data: ticketView(ticket) }
    : { event: 'left', data: { ticketId: ticket.ticket_id } };

const latest = (moment: QueueMoment, tickets: readonly NamedTicket[]): QueueMoment => ({
  own: Math.max(moment.own, ...tickets.map(({ own_position }) => Number(own_position))),
  received: Math.max(moment.received, ...tickets.map(({ received_position }) => Number(received_position))),
});

const includes = (later: QueueMoment | undefined, moment: QueueMoment | undefined): boolean =>
  later !== undefined && moment !== undefined && moment.own <= later.own && moment.received <= later.received;

/** How a moment looks as the id of a live event. */
export const idOf = ({ own, received }: QueueMoment): string => `${own}.${received}`;

/** Undefined unless it is an id of ours. */
export function momentOf(id: string): QueueMoment | undefined {
  const [, own, received] = /^(\d{1,15})\.(\d{1,15})$/.exec(id) ?? [];
  return own === undefined ? undefined : { own: Number(own), received: Number(received) };
}
