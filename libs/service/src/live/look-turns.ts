/** Waits for a place among the requests in progress, and does the work in it. */
export type Placed = <Result>(tenantId: string, work: () => Promise<Result>) => Promise<Result>;

type Step = () => Promise<void>;

/**
 * What the live streams of one service look up: one piece at a time for each tenant, so that streams never have more
 * than one of the tenant's places among the requests in progress. Within a tenant those who watch take turns: who
 * watches much waits behind themselves.
 */
export class LookTurns {
  /** By tenant: what waits, by who watches. The first in line is next. A tenant is here while a step of it runs. */
  private readonly waiting = new Map<string, Map<string, Step[]>>();

  constructor(private readonly placed: Placed) {}

  take<Result>(tenantId: string, watcher: string, work: () => Promise<Result>): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const step: Step = () => this.placed(tenantId, work).then(resolve, reject);
    const line = this.waiting.get(tenantId);
    const mine = line?.get(watcher);
    if (mine) mine.push(step);
    else if (line) line.set(watcher, [step]);
    else void this.run(tenantId, new Map([[watcher, [step]]]));
    return promise;
  }

  private async run(tenantId: string, line: Map<string, Step[]>): Promise<void> {
    this.waiting.set(tenantId, line);
    for (let [first] = line; first !== undefined; [first] = line) {
      const [watcher, steps] = first;
      const step = steps.shift();
      line.delete(watcher);
      if (steps.length > 0) line.set(watcher, steps); // behind the others
      await step?.();
    }
    this.waiting.delete(tenantId);
  }
}
