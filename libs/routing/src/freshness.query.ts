import { LogReader, PolicyRunner, ProjectionRunner } from '@guichet/event-sourcing';
import { ReceivedLog } from '@guichet/messaging';
import { type RequestContext, awaitPositions } from '@guichet/http-host';

export type ReadModel = 'ticket' | 'department' | 'agent';

/** Lets a query see what its caller has written, here (`routing=…`) or in intake (`intake=…`). */
export class Freshness {
  constructor(
    private readonly ownLog: LogReader,
    private readonly receivedLog: ReceivedLog,
    private readonly runners: Readonly<Record<ReadModel, ProjectionRunner>>,
    private readonly policy: PolicyRunner,
  ) {}

  /**
   * Answers once the read models have passed the positions of `Guichet-After`. With none named, the logs
   * themselves are what is read.
   * @throws Problem 503 `not-caught-up`
   */
  async of(ctx: Pick<RequestContext, 'after' | 'aside'>, ...readModels: readonly ReadModel[]): Promise<void> {
    const runners = readModels.map((name) => this.runners[name]);
    await awaitPositions(
      ctx,
      {
        routing: (position, ms) => this.passedOwn(runners, position, ms),
        intake: (position, ms) => this.passedIntake(runners, position, ms),
      },
      { lag: async () => (await Promise.all(runners.map((runner) => runner.lag()))).flat() },
    );
  }

  private async passedOwn(runners: readonly ProjectionRunner[], position: number, ms: number): Promise<boolean> {
    if (runners.length === 0) return (await this.ownLog.head()) >= position;
    const passed = await Promise.all(runners.map((runner) => runner.waitFor('own', position, ms)));
    return passed.every(Boolean);
  }

  /** What an event of intake leads to here is written by the policy: its answer counts as part of what was written. */
  private async passedIntake(runners: readonly ProjectionRunner[], position: number, ms: number): Promise<boolean> {
    const arrival = await this.receivedLog.waitFor('intake', position, ms);
    if (arrival === undefined || !(await this.policy.waitFor(arrival, ms))) return false;
    const { ticket } = this.runners;
    const passed = !runners.includes(ticket) || (await ticket.waitFor('received', arrival, ms));
    return passed && this.passedOwn(runners, await this.ownLog.head(), ms);
  }
}
