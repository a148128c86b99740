import type { LogReader, PolicyRunner, ProjectionRunner } from '@guichet/event-sourcing';
import { awaitPositions, Deadline, type PositionWaiter, type RequestContext } from '@guichet/http-host';
import type { ReceivedLog } from '@guichet/messaging';
import type { LogName } from './service-definition.js';

/** A projection, by the logs it is folded from. */
export interface ReadModel {
  readonly reads: readonly LogName[];
  readonly runner: Pick<ProjectionRunner, 'waitFor' | 'lag'>;
}

export interface FreshnessParts {
  /** Whose log `ownLog` is. */
  readonly service: string;
  readonly follows: readonly string[];
  readonly ownLog: Pick<LogReader, 'head'>;
  readonly receivedLog: Pick<ReceivedLog, 'waitFor'>;
  readonly readModels: ReadonlyMap<string, ReadModel>;
  /** Those that read the received log. */
  readonly policies: readonly Pick<PolicyRunner, 'waitFor'>[];
}

/** Lets a query see what its caller has written, in this service or in one that it follows. */
export class Freshness {
  constructor(private readonly parts: FreshnessParts) {}

  /**
   * Answers once the named projections contain the positions of `Guichet-After` (or `?after=`). With none named, the
   * logs themselves are what is read. All that is waited for has one deadline: the request's.
   * @throws Problem 503 `not-caught-up`, with the lag of the projections
   */
  async of(
    ctx: Pick<RequestContext, 'after' | 'aside' | 'deadline'>,
    ...projections: readonly string[]
  ): Promise<void> {
    const readModels = projections.map((name) => this.readModel(name));
    const { service, follows } = this.parts;
    const own: PositionWaiter = (position, deadline) => this.passedOwn(readModels, position, deadline);
    const from =
      (source: string): PositionWaiter =>
      (position, deadline) =>
        this.passedFrom(source, readModels, position, deadline);
    const waiters = { [service]: own, ...Object.fromEntries(follows.map((source) => [source, from(source)])) };
    const lag = async () => (await Promise.all(readModels.map(({ runner }) => runner.lag()))).flat();
    await awaitPositions(ctx, waiters, { lag });
  }

  /** Whether the projection contains, within the time, all that this service had written when it was asked. */
  async hasAllOfOwn(projection: string, timeoutMs: number): Promise<boolean> {
    const deadline = new Deadline(timeoutMs);
    return this.passedOwn([this.readModel(projection)], await this.parts.ownLog.head(), deadline);
  }

  private async passedOwn(readModels: readonly ReadModel[], position: number, deadline: Deadline): Promise<boolean> {
    if (readModels.length === 0) return (await this.parts.ownLog.head()) >= position;
    return passed(readModels, 'own', position, deadline);
  }

  /**
   * What follows here from another service's event is written by the policies: it counts as part of what was written.
   */
  private async passedFrom(
    source: string,
    readModels: readonly ReadModel[],
    position: number,
    deadline: Deadline,
  ): Promise<boolean> {
    const { policies, receivedLog, ownLog } = this.parts;
    const takesSomething = policies.length > 0 || readModels.some(({ reads }) => reads.includes('received'));
    if (readModels.length > 0 && !takesSomething) return true;
    const arrival = await receivedLog.waitFor(source, position, deadline.leftMs);
    if (arrival === undefined) return false;
    const handled = await Promise.all(policies.map((policy) => policy.waitFor(arrival, deadline.leftMs)));
    if (!handled.every(Boolean)) return false;
    if (!(await passed(readModels, 'received', arrival, deadline))) return false;
    return policies.length === 0 || this.passedOwn(readModels, await ownLog.head(), deadline);
  }

  private readModel(name: string): ReadModel {
    const found = this.parts.readModels.get(name);
    if (found) return found;
    throw new Error(
      `${this.parts.service} has no projection ${name}, but ${[...this.parts.readModels.keys()].join(', ')}.`,
    );
  }
}

/** Those that do not read the log can lack nothing of it. */
async function passed(
  readModels: readonly ReadModel[],
  log: LogName,
  position: number,
  deadline: Deadline,
): Promise<boolean> {
  const reading = readModels.filter(({ reads }) => reads.includes(log));
  const all = await Promise.all(reading.map(({ runner }) => runner.waitFor(log, position, deadline.leftMs)));
  return all.every(Boolean);
}
