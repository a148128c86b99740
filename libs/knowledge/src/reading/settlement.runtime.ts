import { randomUUID } from 'node:crypto';
import { services } from '@guichet/contracts';
import { type EventContext, EventStore } from '@guichet/event-sourcing';
import { Pause } from '@guichet/messaging';
import { Metrics, reasonOf } from '@guichet/observability';
import { type Companion, Freshness, now } from '@guichet/service';
import { Injectable, Logger } from '@nestjs/common';
import { sessionDecider } from '../session/decide.js';
import { type DueVisit, Settlements } from './settlement.query.js';

/** Visits settled in one turn at most: what is more waits for the next one, which comes at once. */
const maxInTurn = 200;
/** Between two turns that find nothing. */
const pauseMs = 5_000;
/** What was written before a turn must be in the read model, or the turn waits for the next one. */
const waitMs = 5_000;

/**
 * Settles attempts and visits: attempts once their ticket is known or their time is over, visits once their reader has
 * gone. What is due is asked of the read model and decided on the visit's own stream, so that a restart forgets
 * nothing, and of several replicas that come to it the second finds it done.
 */
@Injectable()
export class VisitSettlement implements Companion {
  private readonly log = new Logger(VisitSettlement.name);
  private readonly pause = new Pause();
  private readonly failed;
  private running: Promise<void> | undefined;

  constructor(
    private readonly events: EventStore,
    private readonly settlements: Settlements,
    private readonly freshness: Freshness,
    metrics: Metrics,
  ) {
    this.failed = metrics.counter('guichet_visits_unsettled_total', 'Times that a visit could not be settled');
  }

  async start(): Promise<void> {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
  }

  notReady(): string | undefined {
    return this.running === undefined ? 'not begun yet' : undefined;
  }

  /**
   * Settles what is due at `at`. Answers of how many visits something was settled. A visit that cannot be settled is
   * logged and counted, and comes again with a later turn.
   */
  async settleDue(at: string): Promise<number> {
    if (!(await this.freshness.hasAllOfOwn('reading', waitMs))) return 0;
    const due = await this.settlements.due(at, maxInTurn);
    let settled = 0;
    for (const visit of due) settled += await this.settle(visit, at).catch((error: unknown) => this.note(visit, error));
    return settled;
  }

  /** @returns 1, or 0 where another replica has settled it. */
  private async settle({ tenant_id: tenantId, session_id: sessionId }: DueVisit, at: string): Promise<number> {
    const tickets = await this.settlements.ticketsOf(tenantId, sessionId);
    const context: EventContext = {
      ...{ tenantId, correlationId: randomUUID() },
      actor: { kind: 'system', id: services.knowledge.name },
    };
    const command = { type: 'Settle', data: { sessionId, tickets, at } } as const;
    const { events } = await this.events.transact(sessionDecider, sessionId, command, { context });
    return events.length > 0 ? 1 : 0;
  }

  private note({ session_id }: DueVisit, error: unknown): number {
    this.failed.inc();
    this.log.warn(`Visit ${session_id} could not be settled, and comes again: ${reasonOf(error)}`);
    return 0;
  }

  private async run(): Promise<void> {
    while (!this.pause.stopped) {
      const settled = await this.settleDue(now()).catch((error: unknown) => {
        this.log.warn(`Visits could not be settled, and come again: ${reasonOf(error)}`);
        return 0;
      });
      if (settled < maxInTurn) await this.pause.wait(pauseMs);
    }
  }
}
