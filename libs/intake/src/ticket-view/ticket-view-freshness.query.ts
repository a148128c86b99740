import { ProjectionRunner } from '@guichet/event-sourcing';
import { ReceivedLog } from '@guichet/messaging';
import { awaitPositions, type RequestContext } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';

const timeoutMs = 5_000;

/** Reading one's own writes: what was written here, and what routing has told of its writes. */
@Injectable()
export class TicketViewFreshness {
  constructor(
    private readonly runner: ProjectionRunner,
    private readonly receivedLog: ReceivedLog,
  ) {}

  /**
   * Waits until the tickets' view has passed the positions the request names (`Guichet-After` or `?after=`).
   * @throws Problem 503 `not-caught-up`, with the lag, after five seconds.
   */
  awaitPositions(ctx: RequestContext): Promise<void> {
    return awaitPositions(
      ctx,
      {
        intake: (position, ms) => this.runner.waitFor('own', position, ms),
        routing: (position, ms) => this.passedFromRouting(position, ms),
      },
      { timeoutMs, lag: () => this.runner.lag() },
    );
  }

  private async passedFromRouting(position: number, ms: number): Promise<boolean> {
    const deadline = performance.now() + ms;
    const arrival = await this.receivedLog.waitFor('routing', position, ms);
    if (arrival === undefined) return false;
    return this.runner.waitFor('received', arrival, Math.max(0, deadline - performance.now()));
  }
}
