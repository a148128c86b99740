import { randomUUID } from 'node:crypto';
import { createPool, EventStore, eventSourcingMigrations, migrate } from '@guichet/event-sourcing';
import type { BenchContext, BenchLine } from '../line.js';
import { figure, interleave, ratio } from '../rounds.js';

const writers = 64;
const databases = 16;

/**
 * Whether many logs on one server cost more than one: each commits for itself, and all share the disk and the cores.
 */
export const scaleDatabases: BenchLine = {
  id: 'scale-databases',
  title: 'Append by 64 writers, spread over several databases of one server',
  seconds: 75,
  async run(context) {
    const { isQuick } = context;
    const seconds = isQuick ? 1 : 4;
    const stores = await Promise.all(Array.from({ length: databases }, () => createStore(context)));
    const over = (count: number) => () => appendsPerSecond(stores.slice(0, count), seconds);
    const { one, four, sixteen } = await interleave(
      { one: over(1), four: over(4), sixteen: over(16) },
      { rounds: isQuick ? 2 : 5 },
    );
    return {
      figures: [
        ratio('4 databases ÷ 1', four, one),
        ratio('16 databases ÷ 1', sixteen, one),
        figure('1 database', 'appends/s', one),
        figure('4 databases', 'appends/s', four),
        figure('16 databases', 'appends/s', sixteen),
      ],
      notes: [
        `${writers} writers in one process, evenly over the databases; one event of about 300 bytes an append, each to a stream of its own.`,
        'With more databases each batch holds fewer appends, and as many more commits wait for the same disk.',
      ],
    };
  },
};

async function createStore(context: BenchContext): Promise<EventStore> {
  const database = await context.database('scale');
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations: eventSourcingMigrations });
  const pool = createPool({ url: database.appUrl, max: 2 });
  const store = new EventStore({ pool });
  context.after(async () => {
    await store.close();
    await pool.end();
  });
  return store;
}

const context = { tenantId: randomUUID(), actor: { kind: 'agent', id: 'amir' } as const, correlationId: 'scale' };
const at = '2026-03-02T09:00:00.000Z';

/** The first event of a stream of its own. */
const reply = () => {
  const data = { replyId: randomUUID(), agentId: 'amir', body: 'x'.repeat(200), at };
  return {
    ...{ streamId: `handling-${randomUUID()}`, expectedVersion: 0, context },
    events: [{ type: 'AgentReplied', data }],
  };
};

async function appendsPerSecond(stores: readonly EventStore[], seconds: number): Promise<number> {
  const begin = performance.now();
  const end = begin + seconds * 1000;
  let appends = 0;
  const write = async (store: EventStore) => {
    while (performance.now() < end) {
      await store.append(reply());
      appends++;
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, i) => write(stores[i % stores.length] as EventStore)));
  return appends / ((performance.now() - begin) / 1000);
}
