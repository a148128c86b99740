import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import pg from 'pg';
import { createPool } from '../database/sessions.js';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '../decider.js';
import { CommandReused, StaleVersion } from '../errors.js';
import { EventStore } from '../event-store.js';
import { context, createTestLog, otherTenant, tenant, type TestLog } from '../testing/test-log.js';

type Tap = DomainEvent<'Opened' | 'Shut'>;
type Turn = DomainCommand<'Open' | 'Shut'>;
const at = '2026-03-02T09:00:00.000Z';

/** Shutting a shut tap is no news; opening an open one is refused. */
const tap: Decider<boolean, Turn, Tap> = {
  category: 'tap',
  initial: false,
  evolve: (_, { type }) => type === 'Opened',
  decide: ({ type }, open) => {
    if (type === 'Shut') return open ? [{ type: 'Shut', data: { at } }] : [];
    if (open) throw new DomainError('open-already', 'It is open.');
    return [{ type: 'Opened', data: { at } }];
  },
};

let test: TestLog;
let pool: pg.Pool;
let here: EventStore;
let elsewhere: EventStore;
beforeAll(async () => {
  test = await createTestLog('answers');
  pool = createPool({ url: test.database.appUrl });
  here = new EventStore({ pool });
  elsewhere = test.store;
});
afterAll(async () => {
  await here.close();
  await pool.end();
  await test.close();
});

interface Key {
  readonly commandId?: string;
  readonly requestHash?: string;
  readonly expectedVersion?: number;
  readonly acrossTenants?: boolean;
}
const turn = (store: EventStore, id: string, type: Turn['type'], key: Key = {}, tenantId = tenant) =>
  store.transact(tap, id, { type, data: {} }, { context: context(tenantId), ...key });
const keyed = () => ({ commandId: randomUUID(), requestHash: 'this' });

it('answers a command that changed nothing as the first time, when it would change something by now', async () => {
  const [id, key] = [randomUUID(), keyed()];
  const first = await turn(here, id, 'Shut', key);
  expect(first).toMatchObject({ version: 0, position: 0, events: [], replayed: false });
  await turn(elsewhere, id, 'Open');
  for (const store of [here, elsewhere])
    expect(await turn(store, id, 'Shut', key)).toEqual({ ...first, replayed: true });
  expect(await here.load(tap, tenant, id)).toMatchObject({ state: true, version: 1 });
});

it('refuses another request with its key: on the same stream, on another one, whether it would do something or not', async () => {
  const [id, key] = [randomUUID(), keyed()];
  await turn(here, id, 'Shut', key);
  const other = { ...key, requestHash: 'other' };
  for (const store of [here, elsewhere]) {
    await expect(turn(store, id, 'Shut', other)).rejects.toThrow(CommandReused);
    await expect(turn(store, id, 'Open', other)).rejects.toThrow(CommandReused);
    await expect(turn(store, randomUUID(), 'Open', other)).rejects.toThrow(CommandReused);
  }
  await turn(here, id, 'Open');
  await expect(turn(here, id, 'Open', other)).rejects.toThrow(CommandReused);
});

it('is another command for another tenant', async () => {
  const [id, key] = [randomUUID(), keyed()];
  await turn(here, id, 'Shut', key);
  expect(await turn(elsewhere, id, 'Open', key, otherTenant)).toMatchObject({ version: 1, replayed: false });
  expect(await turn(here, id, 'Shut', key)).toMatchObject({ version: 0, events: [], replayed: true });
});

it('answers what was carried out, though it would be refused by now', async () => {
  const [id, key] = [randomUUID(), keyed()];
  const first = await turn(here, id, 'Open', key);
  await turn(here, id, 'Shut');
  await turn(elsewhere, id, 'Open');
  const expected = { ...first, replayed: true };
  expect(await turn(elsewhere, id, 'Open', { ...key, expectedVersion: 0 })).toEqual(expected);
  // Elsewhere it is refused, and by a version that is not the stream's.
  const open = randomUUID();
  await turn(here, open, 'Open');
  expect(await turn(here, open, 'Open', key)).toEqual(expected);
  expect(await turn(here, open, 'Shut', { ...key, expectedVersion: 7 })).toEqual(expected);
  await expect(turn(here, open, 'Shut', { ...keyed(), expectedVersion: 7 })).rejects.toThrow(StaleVersion);
});

it('leaves the key of a refused command free', async () => {
  const [id, key] = [randomUUID(), keyed()];
  await turn(here, id, 'Open');
  await expect(turn(here, id, 'Open', key)).rejects.toThrow('It is open.');
  await turn(here, id, 'Shut');
  expect(await turn(here, id, 'Open', key)).toMatchObject({ version: 3, replayed: false });
});

it('gives one answer to a command that comes at once to two processes, whatever others do meanwhile', async () => {
  for (let round = 0; round < 15; round++) {
    const [id, key] = [randomUUID(), keyed()];
    const [[one, other]] = await Promise.all([
      Promise.all([turn(here, id, 'Shut', key), turn(elsewhere, id, 'Shut', key)]),
      turn(round % 2 ? here : elsewhere, id, 'Open'),
    ]);
    expect({ ...one, replayed: false }).toEqual({ ...other, replayed: false });
  }
});

it('does not carry out what was answered between its decision and its append', async () => {
  const [id, key] = [randomUUID(), keyed()];
  await turn(here, id, 'Open');
  const blocker = new pg.Client({ connectionString: test.database.ownerUrl });
  await blocker.connect();
  try {
    // The append waits for the head row; the answer is stored under it first.
    await blocker.query('begin');
    const values = [key.commandId, tenant, key.requestHash, `tap-${id}`, 1, 1];
    const kept = await blocker.query('select keep_command_answer($1, $2, $3, $4, $5, $6) as kept', values);
    expect(kept.rows).toEqual([{ kept: true }]);
    const late = turn(here, id, 'Shut', key);
    await until('the append to wait', async () => {
      const { rowCount } = await test.pool.query('select 1 from pg_locks where not granted');
      return rowCount === 1;
    });
    await blocker.query('commit');
    expect(await late).toMatchObject({ version: 1, events: [], replayed: true });
    expect(await elsewhere.load(tap, tenant, id)).toMatchObject({ state: true, version: 1 });
  } finally {
    await blocker.end();
  }
});

it('keeps no answer without a hash of the request', async () => {
  const commandId = randomUUID();
  await turn(here, randomUUID(), 'Shut', { commandId });
  expect(await here.answered({ commandId, context: context() })).toBeUndefined();
});

it('forgets answers after 30 days, a few with each new one', async () => {
  const owner = new pg.Client({ connectionString: test.database.ownerUrl });
  await owner.connect();
  try {
    await owner.query('delete from command_answer');
    const keys = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const key = keyed();
        await turn(here, randomUUID(), 'Shut', key);
        return key;
      }),
    );
    await owner.query(`update command_answer set answered_at = now() - interval '30 days 1 minute'`);
    await turn(here, randomUUID(), 'Shut', keyed());
    const left = await Promise.all(keys.map((key) => here.answered({ ...key, context: context() })));
    expect(left.filter((answer) => answer !== undefined)).toHaveLength(2);
  } finally {
    await owner.end();
  }
});

it('refuses the id of a command of another tenant to a caller who works in several, and to nobody else', async () => {
  const across = { ...keyed(), acrossTenants: true };
  const [opened, shut] = [{ ...across }, { ...across, commandId: randomUUID() }];
  for (const [key, type] of [
    [opened, 'Open'],
    [shut, 'Shut'],
  ] as const) {
    const id = randomUUID();
    const first = await turn(here, id, type, key);
    for (const store of [here, elsewhere]) {
      // Even where the request would be the same, word for word.
      await expect(turn(store, id, type, key, otherTenant)).rejects.toThrow(CommandReused);
      expect(await turn(store, id, type, key)).toMatchObject({ version: first.version, replayed: true });
    }
    expect(await here.load(tap, otherTenant, id)).toMatchObject({ version: 0 });
    const own = { ...key, acrossTenants: false };
    expect(await turn(here, id, type, own, otherTenant)).toMatchObject({ replayed: false });
  }
});

it('lets one tenant alone have the id of a command that is given to processes for several at once', async () => {
  for (let round = 0; round < 20; round++) {
    const [id, key] = [randomUUID(), { ...keyed(), acrossTenants: true }];
    const answers = await Promise.allSettled(
      [here, elsewhere].map((store, i) => turn(store, id, 'Open', key, i === 0 ? tenant : otherTenant)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = answers.find((answer) => answer.status === 'rejected');
    expect(refused?.reason).toBeInstanceOf(CommandReused);
  }
});
