import { randomUUID } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import type pg from 'pg';
import { migrate } from '../database/migrate.js';
import { createPool } from '../database/sessions.js';
import type { Decider, DomainCommand, DomainEvent } from '../decider.js';
import { EventStore } from '../event-store.js';
import { LogReader } from '../log-reader.js';
import { eventSourcingMigrations } from '../migrations/index.js';
import { LogTail } from '../store/log-tail.js';
import { context, otherTenant, tenant } from '../testing/test-log.js';
import { verifyChain } from '../verify-chain.js';
import { PersonKeys } from './person-keys.store.js';
import { Sealing } from './sealing.js';

type Said = DomainEvent<'Said', { readonly at: string; readonly memberId: string; readonly body?: string }>;
type Say = DomainCommand<'Say', Said['data']>;
const talk: Decider<readonly string[], Say, Said> = {
  category: 'talk',
  initial: [],
  personal: { Said: { person: 'memberId', texts: ['body'] } },
  evolve: (said, { data }) => [...said, data.body ?? ''],
  decide: ({ data }) => [{ type: 'Said', data }],
};

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('sealing');
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations: eventSourcingMigrations });
  pool = createPool({ url: database.appUrl });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A process of the service: its own store, readers and memory of keys. */
function processOf() {
  const keys = new PersonKeys(pool);
  const [sealing, tail] = [new Sealing(keys, [talk]), new LogTail()];
  const store = new EventStore({ pool, sealing, tail });
  const [log, stored] = [
    new LogReader({ pool, table: 'event_log', sealing }),
    new LogReader({ pool, table: 'event_log' }),
  ];
  const say = (memberId: string, body: string | undefined, tenantId = tenant, id: string = randomUUID()) =>
    store.transact(
      talk,
      id,
      { type: 'Say', data: { at: '2026-03-02T09:00:00.000Z', memberId, ...(body !== undefined && { body }) } },
      { context: context(tenantId) },
    );
  /** What the readers of the log, of its end in memory, and of the stream get. */
  const read = async ({ position, streamId }: { position: number; streamId: string }, tenantId = tenant) => {
    const near = new LogReader({ pool, table: 'event_log', sealing, tail });
    const pages = await Promise.all([log.read(position - 1, 1), near.read(position - 1, 1), log.at([position])]);
    return [...pages.map(([event]) => event), (await store.readStream(tenantId, streamId)).at(-1)].map(
      (event) => (event?.data as Said['data']).body,
    );
  };
  return { keys, store, stored, say, read };
}

describe('a log with sealed texts', () => {
  it('holds none of them, and every reader gets them', async () => {
    const { say, read, stored } = processOf();
    const said = await say('rita', 'The printer burns');
    expect(said.events[0]?.data).toMatchObject({ body: 'The printer burns' });
    expect(await read(said)).toEqual(Array(4).fill('The printer burns'));
    const [raw] = await stored.at([said.position]);
    expect(raw?.data).toEqual({
      at: '2026-03-02T09:00:00.000Z',
      memberId: 'rita',
      sealed: { texts: ['body'], box: expect.any(String) as string },
    });
    const { rows } = await pool.query<{ text: string }>(`select event_log::text as text from event_log`);
    expect(rows.filter(({ text }) => text.includes('burns'))).toEqual([]);
    expect(await verifyChain(pool, 'own')).not.toHaveProperty('broken');
  });

  it('has empty texts of those who were forgotten, in every process, and of nobody else', async () => {
    const [one, other] = [processOf(), processOf()];
    const [ritas, amirs] = [await one.say('forgotten', 'Mine'), await one.say('amir', 'Yours')];
    const elsewhere = await one.say('forgotten', 'Of another tenant', otherTenant);
    expect(await other.read(ritas)).toEqual(Array(4).fill('Mine'));
    await one.keys.forget({ tenantId: tenant, personId: 'forgotten' });
    await one.keys.forget({ tenantId: tenant, personId: 'forgotten' });
    expect(await one.read(ritas)).toEqual(Array(4).fill(''));
    expect(await processOf().read(ritas)).toEqual(Array(4).fill(''));
    expect(await one.read(amirs)).toEqual(Array(4).fill('Yours'));
    expect(await one.read(elsewhere, otherTenant)).toEqual(Array(4).fill('Of another tenant'));
    const { rows } = await pool.query(`select key from person_key where tenant_id = $1 and person_id = 'forgotten'`, [
      tenant,
    ]);
    expect(rows).toEqual([{ key: null }]);
  });

  it('gives the forgotten no other key: what comes late is lost at once', async () => {
    const { keys, say, read } = processOf();
    await keys.forget({ tenantId: tenant, personId: 'late' });
    expect(await read(await say('late', 'Too late'))).toEqual(Array(4).fill(''));
  });

  it('decides on the texts, whether it remembers the stream or reads it', async () => {
    const [one, other] = [processOf(), processOf()];
    const id = randomUUID();
    await one.say('rita', 'a', tenant, id);
    await one.say('rita', 'b', tenant, id);
    for (const { store } of [one, other]) expect((await store.load(talk, tenant, id)).state).toEqual(['a', 'b']);
  });

  it('makes one key of a person whom many processes write about at once', async () => {
    const said = await Promise.all(Array.from({ length: 8 }, (_, i) => processOf().say('new', `Text ${i}`)));
    for (const [i, one] of said.entries()) expect(await processOf().read(one)).toEqual(Array(4).fill(`Text ${i}`));
  });

  it('refuses two rules for one type', () => {
    expect(() => new Sealing(new PersonKeys(pool), [talk, talk])).toThrow('Two deciders say what is personal of Said.');
  });
});
