import type { PublicEvent } from '@guichet/contracts';
import { type ReceivedEvent, createPool, eventSourcingMigrations, migrate } from '@guichet/event-sourcing';
import { type TestDatabase, createTestDatabase } from '@guichet/testing';
import pg from 'pg';
import type { Delivery, FeedRecord } from './feed-record.js';
import { receivedLogMigrations } from './migrations.js';
import { ReceivedLog } from './received-log.js';

let database: TestDatabase;
let pool: pg.Pool;
let log: ReceivedLog;

beforeAll(async () => {
  database = await createTestDatabase('received_log');
  const migrations = [...eventSourcingMigrations, ...receivedLogMigrations];
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
  pool = createPool({ url: database.appUrl });
  log = new ReceivedLog({ pool });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const event = (position: number): PublicEvent => ({
  id: uuid(position),
  source: 'intake',
  type: 'RequesterReplied',
  schemaVersion: 1,
  tenantId: uuid(1),
  streamId: `ticket-${uuid(2)}`,
  version: position,
  position,
  occurredAt: '2026-01-02T03:04:05.678Z',
  recordedAt: '2026-01-02T03:04:06.000Z',
  actor: { kind: 'requester', id: 'rita' },
  correlationId: 'c-1',
  data: { body: 'Zażółć', at: '2026-01-02T03:04:05.678Z' },
});
const record = (position: number, previous: number, changes: Partial<PublicEvent> = {}): FeedRecord => ({
  position,
  previous,
  event: { ...event(position), ...changes },
  cursor: position,
});
/** Every test has a feed of its own; sources are told apart by it too. */
const deliver = (feed: string, records: readonly FeedRecord[], more: Partial<Delivery> = {}): Delivery => ({
  feed,
  source: 'intake',
  partition: 0,
  records,
  cursor: records.at(-1)?.cursor ?? 0,
  ...more,
});
const stored = async (after = 0) => (await log.reader.read(after, 1000)) as ReceivedEvent[];
const sourcePositions = async (after: number) => (await stored(after)).map(({ sourcePosition }) => sourcePosition);

it('stores a batch once, whoever sends it again, and keeps what the publisher said', async () => {
  const batch = [record(3, 0), record(5, 3)];
  expect(await log.receive(deliver('once', batch))).toEqual({ stored: 2, dropped: 0, position: 5 });
  const again = deliver('once', [...batch, record(6, 5)]);
  expect(await log.receive(again)).toEqual({ stored: 1, dropped: 2, position: 6 });
  const [first, ...others] = await stored();
  expect(others.map(({ position, sourcePosition }) => ({ position, sourcePosition }))).toEqual([
    { position: 2, sourcePosition: 5 },
    { position: 3, sourcePosition: 6 },
  ]);
  expect(first).toMatchObject({ source: 'intake', sourcePosition: 3, data: event(3).data });
  expect(first?.occurredAt).toBe('2026-01-02T03:04:05.678Z');
  expect(first?.metadata).toEqual({ actor: { kind: 'requester', id: 'rita' }, correlationId: 'c-1' });
});

it('stores what comes before a gap and nothing after, and a halted partition nothing at all', async () => {
  const head = await log.reader.head();
  const broken = deliver('gap', [record(20, 0), record(30, 25), record(31, 30)]);
  expect(await log.receive(broken)).toMatchObject({
    stored: 1,
    stopped: { reason: 'gap', detail: 'gap partition 0: record 30 follows 25, but 20 was received last' },
  });
  expect(await sourcePositions(head)).toEqual([20]);
  expect(await log.checkpoint(broken)).toMatchObject({ position: 20, cursor: 20 });

  await log.halt(broken, 'a gap');
  const missing = deliver('gap', [record(25, 20)]);
  expect(await log.receive(missing)).toMatchObject({ stored: 0, stopped: { reason: 'halted', detail: 'a gap' } });
  // Another replica, which remembers how it was before the halt, gets no further either.
  expect(await log.resume('intake')).toBe(1);
  expect(await log.receive(missing)).toMatchObject({ stored: 1, position: 25 });
});

it('finds the missing records in what is sent once more after the gap', async () => {
  const place = deliver('again', []);
  await log.receive(deliver('again', [record(40, 0)]));
  await log.halt(place, 'a gap');
  await log.resume('intake', { search: true });
  const beyond = { ...record(60, 50), cursor: 2 };
  expect(await log.receive(deliver('again', [beyond], { cursor: 3 }))).toMatchObject({ stored: 0, position: 40 });
  expect(await log.checkpoint(place)).toMatchObject({ cursor: 3, searching: true });
  const whole = [record(40, 0), record(50, 40), record(60, 50)];
  expect(await log.receive(deliver('again', whole))).toMatchObject({ stored: 2, dropped: 1, position: 60 });
  const loose = await log.receive(deliver('again', [record(80, 70)]));
  expect(loose.stopped?.reason).toBe('gap');
});

it('lets two receivers of one partition store each record once, densely and in order', async () => {
  const other = new ReceivedLog({ pool });
  const head = await log.reader.head();
  const records = Array.from({ length: 200 }, (_, i) => record(1001 + i, i === 0 ? 0 : 1000 + i));
  const batches = Array.from({ length: 20 }, (_, i) => records.slice(i * 10, i * 10 + 10));
  const receive = async (receiver: ReceivedLog) => {
    for (const batch of batches) {
      const { stopped } = await receiver.receive(deliver('both', batch, { source: 'routing' }));
      expect(stopped).toBeUndefined();
    }
  };
  await Promise.all([receive(log), receive(other)]);
  expect(await sourcePositions(head)).toEqual(records.map(({ position }) => position));
});

it('leaves out what another feed brought before', async () => {
  const head = await log.reader.head();
  const first = [record(2001, 0), record(2002, 2001), record(2003, 2002)];
  await log.receive(deliver('embedded', first));
  const elsewhere = deliver('topic', [record(2002, 0), record(2004, 2002)], { partition: 3 });
  expect(await log.receive(elsewhere)).toEqual({ stored: 1, dropped: 1, position: 2004 });
  expect(await stored(head)).toHaveLength(4);
});

it('knows what has passed only when progress and every partition are there', async () => {
  const head = await log.reader.head();
  const place = { feed: 'progress', source: 'routing' } as const;
  expect(await log.waitFor('routing', 3001, 0)).toBeUndefined();
  await log.receive({ ...place, partition: 0, records: [record(3200, 0)], cursor: 1 });
  await log.setProgress('progress', 'routing', { upTo: 3300, last: { 0: 3200, 1: 3250 } });
  expect(await log.waitFor('routing', 3201, 0)).toBeUndefined();
  expect(await log.waitFor('routing', 3201, 50)).toBeUndefined();
  const waiting = log.waitFor('routing', 3300, 10_000);
  await log.receive({ ...place, partition: 1, records: [record(3250, 0)], cursor: 1 });
  expect(await waiting).toBe(head + 2);
  expect(await log.waitFor('routing', 3301, 0)).toBeUndefined();
  await log.receive(deliver('direct', [], { source: 'routing', cursor: 3301, upTo: 3301 }));
  expect(await log.waitFor('routing', 3301, 0)).toBe(await log.reader.head());
});

it('goes on past types it leaves out, and keeps the others', async () => {
  const picky = new ReceivedLog({ pool, leavesOut: new Set(['ActivityLogged']) });
  const activity = { type: 'ActivityLogged' };
  const before = await log.reader.head();
  const batch = [record(201, 0, activity), record(202, 201), record(203, 202, activity)];
  expect(await picky.receive(deliver('picky', batch))).toEqual({ stored: 1, dropped: 0, position: 203 });
  const silent = deliver('picky', [record(204, 203, activity)]);
  expect(await picky.receive(silent)).toEqual({ stored: 0, dropped: 0, position: 204 });
  expect(await picky.checkpoint(silent)).toMatchObject({ position: 204, cursor: 204, searching: false });
  expect(await new ReceivedLog({ pool }).receive(deliver('picky', [record(205, 204)]))).toMatchObject({ stored: 1 });
  expect(await sourcePositions(before)).toEqual([202, 205]);
});

it('keeps an unreadable record as an event that no consumer knows', async () => {
  const head = await log.reader.head();
  const raw = Buffer.from('{');
  const bad: FeedRecord = {
    ...record(4001, 0),
    event: { streamId: 'ticket-\u0000x', tenantId: uuid(1), reason: 'not JSON', raw },
  };
  await log.receive(deliver('unreadable', [bad]));
  const [kept] = await stored(head);
  expect(kept).toMatchObject({ type: 'Unreadable', tenantId: uuid(1), streamId: 'ticket-\ufffdx' });
  expect(kept?.data).toEqual({ reason: 'not JSON', raw: raw.toString('base64') });
});

it('stores a record the database refuses as unreadable, and its neighbours as they are', async () => {
  const head = await log.reader.head();
  const records = Array.from({ length: 9 }, (_, i) => {
    const previous = i === 0 ? 0 : 5000 + i;
    if (i === 3) return record(5001 + i, previous, { data: { body: 'a\u0000b' } });
    if (i === 7) return record(5001 + i, previous, { version: 2 ** 40 });
    return record(5001 + i, previous);
  });
  expect(await log.receive(deliver('refused', records))).toMatchObject({ stored: 9, position: 5009 });
  const types = (await stored(head)).map(({ type }) => type === 'Unreadable');
  expect(types).toEqual([false, false, false, true, false, false, false, true, false]);
});

it('receives once more what a database lacks that came back without its newest transactions', async () => {
  const feed = 'failed-over';
  const before = await log.reader.head();
  const [first, second, third] = [record(301, 0), record(302, 301), record(303, 302)];
  await log.receive(deliver(feed, [first, second]));
  await log.receive(deliver(feed, [third]));
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query('set session_replication_role = replica'); // past the triggers that keep the log append-only
  await admin.query('delete from received_log where position > $1', [before + 1]);
  await admin.query('update received_log_head set position = $1', [before + 1]);
  await admin.query('update feed_checkpoint set position = 301, cursor = 301 where feed = $1', [feed]);
  await admin.end();

  expect(await log.checkpoint(deliver(feed, []))).toMatchObject({ position: 301, cursor: 301 });
  expect(await log.receive(deliver(feed, [second, third]))).toMatchObject({ stored: 2, position: 303 });
  expect(await sourcePositions(before)).toEqual([301, 302, 303]);
});

it('looks records up by the index, also in a session that planned it while the log was small', async () => {
  const other = await createTestDatabase('received_log_plans');
  const migrations = [...eventSourcingMigrations, ...receivedLogMigrations];
  await migrate({ url: other.ownerUrl, appRole: `${other.name}_app`, migrations });
  const one = createPool({ url: other.appUrl, max: 1 });
  const admin = new pg.Client({ connectionString: other.adminUrl });
  await admin.connect();
  try {
    const early = new ReceivedLog({ pool: one });
    const receive = (position: number) => early.receive(deliver('plans', [record(position, position - 1)]));
    for (let position = 1; position <= 10; position++) await receive(position);
    await admin.query('vacuum analyze received_log'); // as the server does by itself, now and then
    for (let position = 11; position <= 20; position++) await receive(position);
    const many = Array.from({ length: 3_000 }, (_, i) => record(21 + i, 20 + i));
    await early.receive(deliver('plans', many));
    const wholeReads = async () => {
      await one.query('select pg_stat_force_next_flush()');
      const { rows } = await admin.query<{ seq_scan: number }>(
        `select seq_scan::int from pg_stat_user_tables where relname = 'received_log'`,
      );
      return rows[0]?.seq_scan;
    };
    const before = await wholeReads();
    for (let position = 3_021; position <= 3_030; position++) await receive(position);
    expect(await wholeReads()).toBe(before);
    expect(await early.reader.head()).toBe(3_030);
  } finally {
    await admin.end();
    await one.end();
    await other.drop();
  }
});
