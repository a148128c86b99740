/**
 * Tickets that go on happening: events that arrive in the received log at a steady rate, and how long the figures take.
 */
import type { PublicEvent } from '@guichet/contracts';
import type { ProjectionRunner } from '@guichet/event-sourcing';
import { setTimeout as pause } from 'node:timers/promises';
import type { FiguresDatabase } from './figures-database.js';
import { lastDay, type LifeEvent, ticketLives } from './lives.js';

/** Short beside the lags that matter. */
const deliveryMs = 20;

export class LiveTraffic {
  /** Events received so far. */
  sent = 0;
  private lags: number[] = [];
  private isStopped = false;
  private readonly events: Generator<LifeEvent, void>;
  private readonly waiting = new Set<Promise<void>>();
  private readonly sending: Promise<void>;

  private constructor(
    private readonly figures: FiguresDatabase,
    private readonly runner: ProjectionRunner,
    private readonly eventsPerSecond: number,
  ) {
    this.events = onlyHandling();
    this.sending = this.send();
  }

  static async start(figures: FiguresDatabase, eventsPerSecond: number): Promise<LiveTraffic> {
    const runner = figures.runner();
    await runner.start();
    return new LiveTraffic(figures, runner, eventsPerSecond);
  }

  /** Lets it go on for some seconds. */
  run(seconds: number): Promise<void> {
    return Promise.race([pause(seconds * 1000), this.sending]);
  }

  /** Milliseconds of each delivery since the last call, ascending. */
  takeLags(): readonly number[] {
    const taken = this.lags.sort((a, b) => a - b);
    this.lags = [];
    return taken;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.sending;
    await Promise.all(this.waiting);
    await this.runner.stop();
  }

  /** Open loop: what is late is sent late, and its lag counts from when it was due. */
  private async send(): Promise<void> {
    const begin = performance.now();
    for (let turn = 1; !this.isStopped; turn++) {
      const due = begin + turn * deliveryMs;
      const early = due - performance.now();
      if (early > 0) await pause(early);
      const count = Math.round((turn * deliveryMs * this.eventsPerSecond) / 1000) - this.sent;
      await this.deliver(count, due);
    }
  }

  private async deliver(count: number, due: number): Promise<void> {
    const { receivedLog, places } = this.figures;
    const records = Array.from({ length: count }, (_, i) => {
      const position = places.routing + this.sent + i + 1;
      const previous = this.sent + i === 0 ? 0 : position - 1;
      return { position, previous, cursor: position, event: asPublished(this.next(), position) };
    });
    const cursor = places.routing + this.sent + count;
    const delivery = { feed: 'bench', source: 'routing', partition: 0, records, cursor, upTo: cursor } as const;
    const { stored, stopped } = await receivedLog.receive(delivery);
    if (stored !== count) throw new Error(`Only ${stored} of ${count} events were received: ${stopped?.detail}`);
    this.sent += count;
    const arrival = places.received + this.sent;
    const seen = this.runner.waitFor(receivedLog.reader.name, arrival, 60_000).then((isThere) => {
      this.lags.push(isThere ? performance.now() - due : Infinity);
      this.waiting.delete(seen);
    });
    this.waiting.add(seen);
  }

  private next(): LifeEvent {
    const next = this.events.next();
    if (next.done) throw new Error('There are no more events to send.');
    return next.value;
  }
}

/** Of one source, so that they have one order. */
function* onlyHandling(): Generator<LifeEvent, void> {
  for (const list of ticketLives({ tickets: 100_000, seed: 2, from: lastDay, to: lastDay + 40 * 86_400_000 })) {
    for (const event of list) if (event.source === 'routing') yield event;
  }
}

function asPublished(event: LifeEvent, position: number): PublicEvent {
  const { source, type, tenantId, streamId, version, data, actor, correlationId } = event;
  const time = new Date(event.at).toISOString();
  return {
    id: `0f000000-0000-4000-8000-${position.toString(16).padStart(12, '0')}`,
    source,
    type,
    schemaVersion: 1,
    tenantId,
    streamId,
    version,
    position,
    occurredAt: time,
    recordedAt: time,
    actor,
    correlationId,
    data,
  };
}
