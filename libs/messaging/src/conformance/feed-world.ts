import { randomUUID } from 'node:crypto';
import { type PublicEvent } from '@guichet/contracts';
import {
  ConcurrencyConflict,
  EventStore,
  LogReader,
  ProjectionAdmin,
  ProjectionRunner,
  type ReceivedEvent,
  type RecordedEvent,
  Wake,
  createPool,
  prepareReadModels,
  roleOf,
  eventSourcingMigrations,
  migrate,
} from '@guichet/event-sourcing';
import { type TestDatabase, createTestDatabase, until } from '@guichet/testing';
import pg from 'pg';
import type { FeedEngine, Publication, Stoppable } from '../feed.js';
import { receivedLogMigrations } from '../received-log/migrations.js';
import { ReceivedLog } from '../received-log/received-log.js';
import { type DatabaseCopy, copyOf } from './database-copy.js';
import { asPublic, readAll, toPublic } from './told.js';
import { type Transcript, transcriptProjection, transcripts } from './transcript.js';

const tenantId = randomUUID();
const at = '2026-01-02T03:04:05.678Z';

/** Of what `FeedWorld.write` appends. */
export const publicShare = 3 / 4;

/** For the tests of both engines: a service that publishes and one that follows, each with a real database. */
export class FeedWorld {
  private readonly store: EventStore;
  private readonly running: Stoppable[] = [];
  private readonly copies: DatabaseCopy[] = [];
  /** Stream id → version. */
  private readonly versions = new Map<string, number>();

  private constructor(
    readonly publisher: TestDatabase,
    readonly follower: TestDatabase,
    private readonly publisherPool: pg.Pool,
    readonly followerPool: pg.Pool,
    private readonly wake: Wake,
  ) {
    this.store = new EventStore({ pool: publisherPool, wake });
  }

  static async create(): Promise<FeedWorld> {
    const [publisher, follower] = [await serviceDatabase('publisher'), await serviceDatabase('follower')];
    const pools = [createPool({ url: publisher.appUrl }), createPool({ url: follower.appUrl })] as const;
    return new FeedWorld(publisher, follower, ...pools, new Wake());
  }

  async end(): Promise<void> {
    await this.stopAll();
    await this.store.close();
    await Promise.all([this.publisherPool.end(), this.followerPool.end()]);
    for (const copy of this.copies) await copy.remove();
    await Promise.all([this.publisher.drop(), this.follower.drop()]);
  }

  /** Nothing may be running, and nobody may write. */
  async backup(database: TestDatabase): Promise<DatabaseCopy> {
    const copy = await copyOf(database);
    this.copies.push(copy);
    return copy;
  }

  get publication(): Publication {
    const log = new LogReader({ pool: this.publisherPool, table: 'event_log', wake: this.wake });
    return { source: 'intake', log, pool: this.publisherPool, toPublic };
  }

  newReceivedLog(): ReceivedLog {
    return new ReceivedLog({ pool: this.followerPool });
  }

  async publish(engine: FeedEngine): Promise<Stoppable> {
    return this.kept(await engine.publish(this.publication));
  }

  async follow(engine: FeedEngine, receivedLog = this.newReceivedLog()): Promise<Stoppable> {
    return this.kept(await engine.subscribe({ consumer: 'follower', sources: ['intake'], receivedLog }));
  }

  /** Starts the read model of the follower. `poison` says why an event cannot be applied. */
  async project(poison?: (event: RecordedEvent) => string | undefined): Promise<ProjectionAdmin> {
    const [pool, projection, logs] = [this.followerPool, transcriptProjection(poison), [this.newReceivedLog().reader]];
    const { ownerUrl: url, appUrl } = this.follower;
    const readModels = [{ projection, logs: logs.map(({ name }) => name) }];
    await prepareReadModels({ url, appRole: roleOf(appUrl), readModels });
    const admin = new ProjectionAdmin({ pool, projections: [{ projection, logs }] });
    const runner = new ProjectionRunner({ pool, projection, logs });
    await runner.start();
    this.kept(runner);
    return admin;
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.running.splice(0).map((one) => one.stop()));
  }

  /** Has something stopped with the world. */
  kept<One extends Stoppable>(one: One): One {
    this.running.push(one);
    return one;
  }

  /**
   * Appends `count` events to one of few streams each, concurrently; every fourth is private. Answers the last
   * position.
   */
  async write(count: number, { streams = 7, writers = 8 } = {}): Promise<number> {
    let left = count;
    let last = 0;
    const writer = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const { position } = await this.writeOne(`ticket-${stream(left % streams)}`, left % 4 === 0);
        last = Math.max(last, position);
      }
    };
    await Promise.all(Array.from({ length: writers }, writer));
    return last;
  }

  /**
   * Tries until its guess of the stream's version is right: concurrent writers conflict, and their batches roll back.
   */
  async writeOne(
    streamId: string,
    isPrivate = false,
    body = 'Zażółć gęślą jaźń',
  ): Promise<{ position: number; version: number }> {
    const reply = { ticketId: stream(1), replyId: randomUUID(), body, at };
    const events = [isPrivate ? { type: 'Noted', data: { at } } : { type: 'RequesterReplied', data: reply }];
    const actor = { kind: 'requester', id: 'rita' } as const;
    const context = { tenantId, actor, correlationId: randomUUID() };
    for (;;) {
      const expectedVersion = this.versions.get(streamId) ?? 0;
      try {
        const appended = await this.store.append({ streamId, expectedVersion, events, context });
        this.versions.set(streamId, Math.max(this.versions.get(streamId) ?? 0, appended.version));
        return appended;
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
        this.versions.set(streamId, error.actual);
      }
    }
  }

  async published(): Promise<PublicEvent[]> {
    return (await readAll(this.publication.log)).flatMap((event) => toPublic(event) ?? []);
  }

  /** The follower's whole log. */
  async received(): Promise<ReceivedEvent[]> {
    return (await readAll(this.newReceivedLog().reader)) as ReceivedEvent[];
  }

  /** The rows of the follower's read model: stream id → transcript. */
  async projected(): Promise<Map<string, Transcript>> {
    const client = new pg.Client({ connectionString: this.follower.adminUrl });
    await client.connect();
    const { rows } = await client
      .query<Transcript & { stream_id: string }>('select stream_id, events, hash from read_model.transcript')
      .finally(() => client.end());
    return new Map(rows.map(({ stream_id, events, hash }) => [stream_id, { events, hash }]));
  }

  /** Waits until everything public has come, and checks that it came once, whole, and in the order of each stream. */
  async everythingArrived(timeoutMs = 20_000): Promise<void> {
    const sent = await this.published();
    const log = this.newReceivedLog();
    await until(`${sent.length} events to arrive`, async () => (await log.reader.head()) >= sent.length, timeoutMs);
    const received = await this.received();
    expect(byStream(received.map(asPublic))).toEqual(byStream(sent));
  }

  /**
   * Waits until everything has come and been projected, and compares by hash: the publisher's log folded from zero, the
   * follower's log folded from zero, the read model, and what else is `told` (a topic).
   */
  async everythingAgrees(timeoutMs = 20_000, told?: () => Promise<readonly PublicEvent[]>): Promise<void> {
    await this.everythingArrived(timeoutMs);
    const expected = transcripts(await this.published());
    expect(transcripts((await this.received()).map(asPublic))).toEqual(expected);
    const events = (all: Map<string, Transcript>) => [...all.values()].reduce((sum, one) => sum + one.events, 0);
    const isProjected = async () => events(await this.projected()) >= events(expected);
    await until('everything to be projected', isProjected, timeoutMs);
    expect(await this.projected()).toEqual(expected);
    if (told) expect(transcripts(await told())).toEqual(expected);
  }
}

async function serviceDatabase(prefix: string): Promise<TestDatabase> {
  const database = await createTestDatabase(prefix);
  const migrations = [...eventSourcingMigrations, ...receivedLogMigrations];
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
  return database;
}

const stream = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Streams side by side, each in the order given. */
function byStream(events: readonly PublicEvent[]): Record<string, PublicEvent[]> {
  const streams: Record<string, PublicEvent[]> = {};
  for (const event of events) (streams[event.streamId] ??= []).push(event);
  return streams;
}
