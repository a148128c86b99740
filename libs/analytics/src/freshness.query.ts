import type { Source } from '@guichet/contracts';
import { ProjectionRunner } from '@guichet/event-sourcing';
import { ReceivedLog } from '@guichet/messaging';
import { awaitPositions, type PositionWaiter, type RequestContext } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';

/** Lets a query see what its caller has written in intake or routing. */
@Injectable()
export class Freshness {
  constructor(
    private readonly receivedLog: ReceivedLog,
    private readonly runner: ProjectionRunner,
  ) {}

  /**
   * Answers once the figures contain the positions of `Guichet-After`.
   * @throws Problem 503 `not-caught-up` with the lag.
   */
  of(ctx: Pick<RequestContext, 'after' | 'aside'>): Promise<void> {
    const waiters = { intake: this.waiterFor('intake'), routing: this.waiterFor('routing') };
    return awaitPositions(ctx, waiters, { lag: () => this.runner.lag() });
  }

  private waiterFor(source: Source): PositionWaiter {
    return async (position, timeoutMs) => {
      const deadline = performance.now() + timeoutMs;
      const arrival = await this.receivedLog.waitFor(source, position, timeoutMs);
      if (arrival === undefined) return false;
      return this.runner.waitFor(this.receivedLog.reader.name, arrival, Math.max(0, deadline - performance.now()));
    };
  }
}
