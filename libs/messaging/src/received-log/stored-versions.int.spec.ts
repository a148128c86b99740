import { randomUUID } from 'node:crypto';
import { type PublicEvent, contractOf, validatePublicEvent } from '@guichet/contracts';
import {
  type Decider,
  type DomainCommand,
  type DomainEvent,
  EventStore,
  EventVersions,
  LogReader,
  LogTail,
  type RecordedEvent,
  UnknownEventVersion,
  createPool,
  eventSourcingMigrations,
  migrate,
} from '@guichet/event-sourcing';
import { createTestDatabase, type TestDatabase, until } from '@guichet/testing';
import type pg from 'pg';
import { EmbeddedFeed } from '../embedded/embedded-feed.js';
import { receivedLogMigrations } from './migrations.js';
import { ReceivedLog } from './received-log.js';

const tenantId = randomUUID();
const ticketId = randomUUID();
const at = '2026-01-05T08:00:00.000Z';
const context = { tenantId, actor: { kind: 'requester', id: 'ada' }, correlationId: 'c' } as const;

type Say = DomainCommand<'Say', string>;
type Before = DomainEvent<'RequesterReplied', { ticketId: string; replyId: string; text: string; at: string }>;
type Today = DomainEvent<'RequesterReplied', { ticketId: string; replyId: string; body: string; at: string }>;

/** As it was released: it calls the text `text`. */
const before: Decider<string, Say, Before> = {
  category: 'ticket',
  initial: '',
  evolve: (said, { data }) => `${said}|${data.text}`,
  decide: ({ data }) => [{ type: 'RequesterReplied', data: { ticketId, replyId: randomUUID(), text: data, at } }],
};

/** The release after: it calls it `body`. */
const today: Decider<string, Say, Today> = {
  category: 'ticket',
  initial: '',
  upcasters: { RequesterReplied: { 1: ({ text, ...data }) => ({ ...data, body: text }) } },
  evolve: (said, { data }) => `${said}|${data.body}`,
  // What was said before is part of what is said now, so that the decision shows what was folded.
  decide: ({ data }, said) => [
    { type: 'RequesterReplied', data: { ticketId, replyId: randomUUID(), body: `${said}>${data}`, at } },
  ],
};

/** As the publishers do it: the contract's version on what the log's reader gives. */
const toPublic = ({ eventId, type, data, metadata, ...event }: RecordedEvent): PublicEvent => ({
  ...{ id: eventId, source: 'intake', type, schemaVersion: contractOf(type)?.schemaVersion ?? 0, data },
  ...{ tenantId: event.tenantId, streamId: event.streamId, version: event.version, position: event.position },
  ...{ occurredAt: event.occurredAt, recordedAt: event.recordedAt },
  ...{ actor: metadata.actor, correlationId: metadata.correlationId },
});

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('versions');
  const appRole = `${database.name}_app`;
  await migrate({
    url: database.ownerUrl,
    appRole,
    migrations: [...eventSourcingMigrations, ...receivedLogMigrations],
  });
  pool = createPool({ url: database.appUrl });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const say = (store: EventStore, decider: Decider<string, Say, Before> | Decider<string, Say, Today>, text: string) =>
  store.transact(decider as Decider<string, Say, Today>, ticketId, { type: 'Say', data: text }, { context });

it('A log of a form before is read in today’s by folds, publishers and replays, and keeps what was written', async () => {
  const old = new EventStore({ pool });
  await say(old, before, 'one');
  await say(old, before, 'two');
  await old.close();

  const versions = new EventVersions([today]);
  const tail = new LogTail();
  const store = new EventStore({ pool, versions, tail });
  const log = new LogReader({ pool, table: 'event_log', upcast: versions.upcast });
  // Fold: the decision saw both, and the state goes on from it.
  const third = await say(store, today, 'three');
  expect(third.events).toMatchObject([{ schemaVersion: 2, data: { body: '|one|two>three' } }]);
  expect((await store.load(today, tenantId, ticketId)).state).toBe('|one|two||one|two>three');
  // Several in one append, and over the function: the version goes with each.
  const events = ['four', 'five'].map((body) => ({
    ...{ type: 'RequesterReplied', data: { ticketId, replyId: randomUUID(), body, at } },
  }));
  await store.append({ streamId: `ticket-${ticketId}`, expectedVersion: 3, events, context });

  // The log keeps the form, and says which.
  const { rows } = await pool.query<{ version: number; form: string }>(
    `select schema_version as version, case when data ? 'text' then 'text' else 'body' end as form
       from event_log order by position`,
  );
  const form = (version: number, text: string) => ({ version, form: text });
  expect(rows).toEqual([...[form(1, 'text'), form(1, 'text')], ...Array.from({ length: 3 }, () => form(2, 'body'))]);

  // Replay of a projection: every reader of the log gets today's form, from the database and from memory.
  const texts = (read: readonly RecordedEvent[]) => read.map(({ data }) => (data as Today['data']).body);
  const said = ['one', 'two', '|one|two>three', 'four', 'five'];
  expect(texts(await log.read(0, 10))).toEqual(said);
  expect(texts(await log.at([1, 5]))).toEqual(['one', 'five']);
  expect(texts(await store.readStream(tenantId, `ticket-${ticketId}`))).toEqual(said);
  expect(tail.page(2, 10)?.map(({ schemaVersion }) => schemaVersion)).toEqual([2, 2, 2]);
  await store.close();

  // Publisher: what followers receive keeps its contract, whenever it was written.
  const feed = new EmbeddedFeed();
  const receivedLog = new ReceivedLog({ pool });
  const running = [
    await feed.publish({ source: 'intake', log, pool, toPublic }),
    await feed.subscribe({ consumer: 'follower', sources: ['intake'], receivedLog }),
  ];
  try {
    await until('all to be received', async () => (await receivedLog.reader.head()) === 5);
    const received = await receivedLog.reader.read(0, 10);
    expect(texts(received)).toEqual(said);
    expect((await log.read(0, 10)).flatMap((event) => validatePublicEvent(toPublic(event)))).toEqual([]);
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
});

it('A release that does not know a form yet derives nothing from it', async () => {
  const old = new EventStore({ pool });
  await expect(say(old, before, 'six')).rejects.toThrow(UnknownEventVersion);
  await old.close();
  const versions = new EventVersions([before]);
  const log = new LogReader({ pool, table: 'event_log', upcast: versions.upcast });
  expect(await log.read(0, 2)).toHaveLength(2);
  await expect(log.read(2, 1)).rejects.toThrow('RequesterReplied at position 3 has version 2');
});

it('A store that was not told of a decider’s versions refuses to work with it', async () => {
  const store = new EventStore({ pool });
  expect(() => say(store, today, 'six')).toThrow('does not know the versions of RequesterReplied');
  await store.close();
});
