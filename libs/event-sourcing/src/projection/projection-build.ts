import { setTimeout as pause } from 'node:timers/promises';
import type { ClientBase, Pool, QueryResult } from 'pg';
import { isNotTheEventsFault } from '../database/postgres-errors.js';
import { inTransaction } from '../database/sessions.js';
import type { Unanswered } from '../database/unanswered.js';
import type { RecordedEvent } from '../recorded-event.js';
import { addLog, advanceAlone, advanceInProjection, type Build, readBuild, type Slot } from '../runner/checkpoints.js';
import {
  park,
  type Parked,
  ParkedStreams,
  type Parking,
  readParked,
  reasonOf,
  refuseBroken,
} from '../runner/parking.js';
import { applyAndSettle, projectionTransaction } from './projection-transaction.js';
import type { Projection, RunnerObserver } from './projection.js';

/** Events applied together, and what `apply` said about them. */
export interface Applied {
  readonly events: readonly RecordedEvent[];
  readonly outcome: unknown;
}

export const schemaOf: Readonly<Record<Slot, string>> = {
  live: 'read_model',
  next: 'read_model_next',
  previous: 'read_model_previous',
};

export const consumerOf = (projection: { readonly name: string }) => `projection/${projection.name}`;

/** The tables can be rebuilt from the log, so a transaction lost in a crash of the server is only work to do again. */
export const beginAsProjection = `begin; set local guichet.tenant_id = '*'; set local synchronous_commit = off`;

const attempts = 3;

interface KnownLane {
  readonly position: number;
  readonly revision: number;
  readonly parked: Parked;
}

/** Applies pages of logs to one build of a projection: the live one and one being rebuilt in exactly the same way. */
export class ProjectionBuild {
  private known: Build | undefined;
  private lanes = new Map<string, KnownLane>();
  private readonly memory = new Map<string, unknown>();

  constructor(
    private readonly pool: Pool,
    private readonly projection: Projection,
    private readonly slot: Slot,
    private readonly logs: readonly string[],
    private readonly observe: RunnerObserver = {},
  ) {}

  /** Looks where the build stands; nothing if there is none. Forgets everything believed before. */
  async look(): Promise<Build | undefined> {
    this.memory.clear();
    const consumer = consumerOf(this.projection);
    let found = await readBuild(this.pool, consumer, this.slot);
    const missing = this.logs.filter((log) => found && !found.lanes.has(log));
    for (const log of missing) await addLog(this.pool, consumer, this.slot, log);
    if (missing.length > 0) found = await readBuild(this.pool, consumer, this.slot);
    if (!found) return undefined;
    const lanes = new Map<string, KnownLane>();
    for (const [log, lane] of found.lanes) {
      const of = { consumer, build: found.build, version: found.version, log };
      lanes.set(log, { ...lane, parked: await readParked(this.pool, of) });
    }
    this.lanes = lanes;
    this.known = found;
    return found;
  }

  position(log: string): number {
    return this.lane(log).position;
  }

  /** True if that is the build, at the place, this one believes in. */
  agreesWith(live: Build | undefined): boolean {
    if (live?.build !== this.known?.build) return false;
    return [...this.lanes].every(([log, { position, revision }]) => {
      const lane = live?.lanes.get(log);
      return lane?.position === position && lane.revision === revision;
    });
  }

  /**
   * Applies a page that begins right after `position(log)`, in one transaction with the checkpoint. Nothing if the
   * checkpoint is not where it was believed to be: look again. An error that is no event's fault is thrown.
   */
  async apply(log: string, events: readonly RecordedEvent[]): Promise<Applied[] | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.applyOnce(log, events, attempt > attempts);
      } catch (error) {
        this.memory.clear();
        if (isNotTheEventsFault(error) || attempt > attempts) throw error;
        this.observe.failed?.({ consumer: consumerOf(this.projection), log, error, attempt });
      }
      await pause(20 * 2 ** attempt);
    }
  }

  private async applyOnce(
    log: string,
    events: readonly RecordedEvent[],
    suspicious: boolean,
  ): Promise<Applied[] | undefined> {
    const build = this.known?.build ?? '';
    const lane = this.lane(log);
    const to = events.at(-1)?.position ?? lane.position;
    const parkings: Parking[] = [];
    const applied: Applied[] = [];
    const consumer = consumerOf(this.projection);
    const lost = new Error('The checkpoint moved.');
    if (lane.parked.streams.isEmpty && !this.concerned(events)) {
      if (!(await advanceAlone(this.pool, { consumer, slot: this.slot, log, build, lane, to }))) return undefined;
      this.lanes.set(log, { ...lane, position: to });
      return [{ events, outcome: undefined }];
    }
    try {
      const step = { consumer, slot: this.slot, log, build, lane, to };
      const work = async (client: ClientBase, unanswered: Unanswered, moved: QueryResult | undefined) => {
        if (moved?.rowCount !== 1) throw lost;
        const flowing = setAside(events, lane.parked, parkings);
        const aside = new ParkedStreams(lane.parked.streams);
        if (suspicious) await this.search(client, log, flowing, applied, { parkings, aside });
        else if (flowing.length > 0) applied.push(await this.applyTo(client, unanswered, log, flowing));
        await park(client, { consumer, build, log }, parkings);
      };
      await inTransaction(this.pool, beginAsProjection, work, advanceInProjection(step));
    } catch (error) {
      if (error === lost) return undefined;
      throw error;
    }
    for (const { event, reason } of parkings) {
      lane.parked.streams.add(event);
      const { streamId, position } = event;
      if (reason) this.observe.parked?.({ consumer, log, streamId, position, reason });
    }
    this.lanes.set(log, { ...lane, position: to });
    return applied;
  }

  private concerned(events: readonly RecordedEvent[]): boolean {
    const { projection } = this;
    return projection.concerns === undefined || events.some((event) => projection.concerns?.(event));
  }

  /** Finds the events that fail, by halves, and parks their streams. */
  private async search(
    client: ClientBase,
    log: string,
    events: readonly RecordedEvent[],
    applied: Applied[],
    found: { readonly parkings: Parking[]; readonly aside: ParkedStreams },
  ): Promise<void> {
    const { parkings, aside } = found;
    if (events.length === 0) return;
    await client.query('savepoint part');
    try {
      const outcome = await applyAndSettle(this.projection, events, { client, schema: schemaOf[this.slot], log });
      applied.push({ events, outcome });
      await client.query('release savepoint part');
      return;
    } catch (error) {
      if (isNotTheEventsFault(error)) throw error;
      await client.query('rollback to savepoint part; release savepoint part');
      const [event] = events;
      if (event && events.length === 1) {
        parkings.push({ event, reason: reasonOf(error) });
        aside.add(event);
        const { name } = this.projection;
        await refuseBroken(client, { consumer: name, log, tenantId: event.tenantId }, aside, error);
        return;
      }
    }
    const middle = events.length >> 1;
    await this.search(client, log, events.slice(0, middle), applied, found);
    const flowing = setAside(events.slice(middle), { streams: aside, discarded: new Set() }, parkings);
    await this.search(client, log, flowing, applied, found);
  }

  private async applyTo(
    client: ClientBase,
    unanswered: Unanswered,
    log: string,
    events: readonly RecordedEvent[],
  ): Promise<Applied> {
    const { memory } = this;
    const tx = projectionTransaction({ client, schema: schemaOf[this.slot], log, memory }, unanswered);
    await this.projection.apply(events, tx);
    return { events, outcome: tx.outcome };
  }

  private lane(log: string): KnownLane {
    const lane = this.lanes.get(log);
    if (!lane) throw new Error(`${this.projection.name} does not read the log '${log}'.`);
    return lane;
  }
}

/** Leaves out what was discarded, adds what waits with its stream or its tenant to `parkings`, answers the rest. */
export function setAside(
  events: readonly RecordedEvent[],
  { streams, discarded }: Parked,
  parkings: Parking[],
): readonly RecordedEvent[] {
  if (streams.isEmpty && discarded.size === 0) return events;
  return events.filter((event) => {
    if (discarded.has(event.position)) return false;
    if (!streams.has(event)) return true;
    parkings.push({ event });
    return false;
  });
}
