import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createPool } from '../database/sessions.js';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '../decider.js';
import { EventStore } from '../event-store.js';
import { context, createTestLog, otherTenant, tenant, type TestLog } from '../testing/test-log.js';

type Tap = DomainEvent<'Opened' | 'Shut', { at: string; by?: unknown }>;
type Turn = DomainCommand<'Open' | 'Shut' | 'Hold', { by?: unknown }>;
const at = '2026-03-02T09:00:00.000Z';

/** Opening an open tap is refused, shutting a shut one is no news. Its state says who opened it. */
const tap: Decider<{ open: boolean; by?: unknown }, Turn, Tap> = {
  category: 'tap',
  initial: { open: false },
  evolve: (_, { type, data }) => ({ open: type === 'Opened', by: data.by }),
  decide: ({ type, data }, { open, by }) => {
    if (type === 'Hold') throw new DomainError('held', 'It is held.', { by });
    if (type === 'Shut') return open ? [{ type: 'Shut', data: { at, by } }] : [];
    if (open) throw new DomainError('open-already', 'It is open.');
    return [{ type: 'Opened', data: { at, ...data } }];
  },
};

describe('commands on streams touched before', () => {
  let test: TestLog;
  let pool: pg.Pool;
  let here: EventStore;
  let elsewhere: EventStore;
  let reads = 0;
  beforeAll(async () => {
    test = await createTestLog('commands');
    pool = createPool({ url: test.database.appUrl });
    const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
    pool.query = ((...args: unknown[]) => {
      reads++;
      return query(...args);
    }) as pg.Pool['query'];
    here = new EventStore({ pool });
    elsewhere = test.store;
  });
  afterAll(async () => {
    await here.close();
    await pool.end();
    await test.close();
  });

  const turn = (store: EventStore, id: string, type: Turn['type'], data: Turn['data'] = {}, commandId?: string) =>
    store.transact(tap, id, { type, data }, { context: context(), ...(commandId === undefined ? {} : { commandId }) });

  it('read them once', async () => {
    const id = randomUUID();
    await turn(here, id, 'Open');
    const before = reads;
    expect((await turn(here, id, 'Shut')).version).toBe(2);
    expect((await turn(here, id, 'Open')).version).toBe(3);
    expect(reads).toBe(before);
  });

  it('are not refused for what has changed since', async () => {
    const id = randomUUID();
    await turn(here, id, 'Open');
    await turn(elsewhere, id, 'Shut');
    expect((await turn(here, id, 'Open')).version).toBe(3);
  });

  it('are not taken to be so already for what has changed since', async () => {
    const id = randomUUID();
    await turn(here, id, 'Open');
    await turn(here, id, 'Shut');
    await turn(elsewhere, id, 'Open');
    expect((await turn(here, id, 'Shut')).version).toBe(4);
  });

  it('are decided anew when others have written since', async () => {
    const id = randomUUID();
    await turn(here, id, 'Open');
    await turn(elsewhere, id, 'Shut');
    await expect(turn(elsewhere, id, 'Hold')).rejects.toMatchObject({ code: 'held' });
    // What is believed here would shut it once more.
    expect(await turn(here, id, 'Shut')).toMatchObject({ version: 2, events: [] });
  });

  it('are refused with what is in the log', async () => {
    const id = randomUUID();
    await turn(here, id, 'Open', { by: 'me' });
    await turn(elsewhere, id, 'Shut');
    await turn(elsewhere, id, 'Open', { by: 'them' });
    await expect(turn(here, id, 'Hold')).rejects.toMatchObject({ details: { by: 'them' } });
  });

  it('are answered as the first time when they are repeated', async () => {
    const [id, commandId] = [randomUUID(), randomUUID()];
    const first = await turn(here, id, 'Open', {}, commandId);
    await turn(here, id, 'Shut');
    expect(await turn(here, id, 'Open', {}, commandId.toUpperCase())).toEqual({ ...first, replayed: true });
  });

  it('fold what was stored, whatever becomes of the events that were answered', async () => {
    const id = randomUUID();
    const names = ['me'];
    const { events } = await turn(here, id, 'Open', { by: names });
    names.push('nobody');
    (events[0]?.data as { by: unknown }).by = 'nobody';
    const shut = await turn(here, id, 'Shut');
    expect(shut.events[0]?.data).toEqual({ at, by: ['me'] });
  });

  it('know nothing of another tenant', async () => {
    const id = randomUUID();
    await turn(here, id, 'Open');
    const foreign = { context: context(otherTenant) };
    const opened = here.transact(tap, id, { type: 'Open', data: {} }, foreign);
    expect(await opened).toMatchObject({ version: 1, replayed: false });
    expect((await here.readStream(tenant, `tap-${id}`)).length).toBe(1);
  });

  it('go on with the log that is there, when an older copy of it was restored', async () => {
    const id = randomUUID();
    await turn(here, id, 'Open');
    await turn(here, id, 'Shut');
    const owner = new pg.Client({ connectionString: test.database.adminUrl });
    await owner.connect();
    await owner.query('delete from event_log where stream_id = $1 and version = 2', [`tap-${id}`]);
    await owner.end();
    await expect(turn(here, id, 'Open')).rejects.toMatchObject({ code: 'open-already' });
    expect((await turn(here, id, 'Shut')).version).toBe(2);
  });
});
