import { Wake } from '@guichet/event-sourcing';
import { type LiveClient, type LiveEvent } from '@guichet/http-host';
import { Injectable, Logger } from '@nestjs/common';
import { ticketView } from '../ticket/ticket-view.http.js';
import { queueOf } from '../ticket/ticket-row.js';
import { type NamedTicket } from '../ticket/ticket.query.js';
import { DepartmentQueues, type QueueMoment } from './department-queue.query.js';
import { QueueChanges } from './queue-changes.js';
import { WatchedQueue } from './watched-queue.http.js';

/** Beyond this many changes at once, reading the queue again is cheaper for everybody. */
const maxChanges = 500;
/** Other replicas project too, and wake nobody here. */
const pollMs = 1_000;

/**
 * A queue's changes as Server-Sent Events:
 * - `ticket`: a ticket of the queue as it is now (new or changed); - `left`: `{ticketId}` is no longer in the queue;
 * - `counts`: `{waiting, assigned, paused}` after these changes, with the id to resume from;
 * - `reset`: too much has happened, or the id is of no use here: read the queue again; carries an id too.
 * After a reconnection a change may come twice, none is missing: what is sent is how things are, not what happened.
 */
@Injectable()
export class QueueStream {
  private readonly log = new Logger(QueueStream.name);
  private readonly watched = new Map<string, WatchedQueue>();

  constructor(
    private readonly queues: DepartmentQueues,
    private readonly changes: QueueChanges,
  ) {}

  /** Follows the queue from `since`, or from now on, until the client is gone. Answers what ends it. */
  open(client: LiveClient, tenantId: string, queue: string, since?: QueueMoment): () => void {
    const watched = this.watchedQueue(tenantId, queue);
    watched.enter(client);
    this.catchUp(client, watched, tenantId, queue, since).catch((error: unknown) => {
      this.log.error(error, 'a live queue failed; its client will reconnect');
      client.close();
    });
    return () => watched.leave(client);
  }

  /** The queue is read once for all who watch it. */
  private watchedQueue(tenantId: string, queue: string): WatchedQueue {
    const key = `${tenantId}/${queue}`;
    const known = this.watched.get(key);
    if (known) return known;
    const watched = new WatchedQueue();
    this.watched.set(key, watched);
    watched.signal.addEventListener('abort', () => this.watched.delete(key), { once: true });
    this.follow(watched, tenantId, queue).catch((error: unknown) => {
      this.log.error(error, 'a live queue failed; its clients will reconnect');
      watched.end();
    });
    return watched;
  }

  private async follow(watched: WatchedQueue, tenantId: string, queue: string): Promise<void> {
    const wake = new Wake();
    const stop = this.changes.listen(tenantId, queue, () => wake.notify());
    watched.signal.addEventListener('abort', () => wake.notify(), { once: true });
    try {
      let moment = await this.queues.now(tenantId);
      watched.begin();
      while (!watched.signal.aborted) {
        const { seen } = wake;
        const news = await this.newsOf(tenantId, queue, moment);
        if (news) watched.tell(news.events);
        moment = news?.moment ?? moment;
        await wake.wait(pollMs, seen);
      }
    } finally {
      stop();
    }
  }

  /** What the client has missed is read after it has entered: whatever changes later is told to all. */
  private async catchUp(
    client: LiveClient,
    watched: WatchedQueue,
    tenantId: string,
    queue: string,
    since?: QueueMoment,
  ): Promise<void> {
    await watched.begun;
    if (client.signal.aborted) return;
    const now = await this.queues.now(tenantId);
    // An id from the future is one of another database.
    const isUsable = since && since.own <= now.own && since.received <= now.received;
    if (since && !isUsable) client.send({ id: idOf(now), event: 'reset', data: {} });
    const missed = isUsable ? await this.newsOf(tenantId, queue, since) : undefined;
    if (missed) client.send(...missed.events);
    else if (!isUsable) {
      client.send({ id: idOf(now), event: 'counts', data: await this.queues.counts(tenantId, queue) });
    }
    watched.release(client);
  }

  /** Undefined where nothing has changed after the moment. */
  private async newsOf(tenantId: string, queue: string, moment: QueueMoment): Promise<News | undefined> {
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
    return { moment: after, events: [...events, { id: idOf(after), event: 'counts', data: current }] };
  }
}

interface News {
  readonly moment: QueueMoment;
  readonly events: readonly LiveEvent[];
}

const changeOf = (ticket: NamedTicket, queue: string) =>
  ticket.in_queue && queueOf(ticket.department_id) === queue
    ? { event: 'ticket', data: ticketView(ticket) }
    : { event: 'left', data: { ticketId: ticket.ticket_id } };

const latest = (moment: QueueMoment, tickets: readonly NamedTicket[]): QueueMoment => ({
  own: Math.max(moment.own, ...tickets.map(({ own_position }) => Number(own_position))),
  received: Math.max(moment.received, ...tickets.map(({ received_position }) => Number(received_position))),
});

/** How a moment looks as the id of a live event. */
export const idOf = ({ own, received }: QueueMoment): string => `${own}.${received}`;

/** Undefined unless it is an id of ours. */
export function momentOf(id: string): QueueMoment | undefined {
  const [, own, received] = /^(\d{1,15})\.(\d{1,15})$/.exec(id) ?? [];
  return own === undefined ? undefined : { own: Number(own), received: Number(received) };
}
