import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  effort,
  type FaultProxy,
  type OwnPostgres,
  startFaultProxy,
  startOwnPostgres,
  until,
  withSeed,
} from '@guichet/testing';
import pg from 'pg';
import { ConcurrencyConflict } from '../errors.js';
import type { EventStore } from '../event-store.js';
import type { Told } from '../testing/history.js';
import { checkLogAgainst } from '../testing/log-checker.js';
import { startTail } from '../testing/tail.js';
import { added, context, createTestLog, tenant, type TestLog } from '../testing/test-log.js';
import { readJournals, startWriter, type WriterProcess } from '../testing/writer-process.js';

const slowMs = 60_000;

/** Whatever is not known yet is asked again, in the same words: then it is. */
async function settle(store: EventStore, told: readonly Told[]): Promise<Told[]> {
  const settled: Told[] = [];
  for (const append of told) {
    if (append.answer !== 'unknown') {
      settled.push(append);
      continue;
    }
    const { eventIds, streamId, expectedVersion } = append;
    const request = { streamId, expectedVersion, eventIds, events: eventIds.map(() => added(1)), context: context() };
    const answer = await store.append(request).catch((error: unknown) => {
      if (error instanceof ConcurrencyConflict) return 'refused' as const;
      throw error;
    });
    settled.push({ ...append, answer });
  }
  return settled;
}

describe('Four writer processes on a server of their own', () => {
  let server: OwnPostgres;
  let test: TestLog;
  let proxy: FaultProxy;
  let folder: string;
  const journals: string[] = [];
  const writers: WriterProcess[] = [];
  const streams = Array.from({ length: 12 }, (_, i) => `hot-${i}`);

  beforeAll(async () => {
    server = await startOwnPostgres();
    test = await createTestLog('writers', { adminUrl: server.adminUrl });
    proxy = await startFaultProxy(server.adminUrl);
    folder = await mkdtemp(join(tmpdir(), 'guichet-writers-'));
  }, slowMs);
  afterAll(async () => {
    await Promise.all(writers.map((writer) => writer.kill()));
    await proxy.close();
    await test.close();
    await server.stop();
    await rm(folder, { recursive: true });
  }, slowMs);

  const start = (i: number) => {
    const journal = join(folder, `${journals.length}.ndjson`);
    journals.push(journal);
    writers[i] = startWriter({ url: proxy.urlFor(test.database.appUrl), journal, streams, tenantId: tenant });
  };
  const asAdmin = async (statement: string) => {
    const admin = new pg.Client({ connectionString: test.database.adminUrl });
    admin.on('error', () => {});
    await admin.connect();
    try {
      return (await admin.query<{ pid: number }>(statement)).rows;
    } finally {
      await admin.end();
    }
  };
  const sessions = () => `pg_stat_activity where usename = '${test.database.name}_app'`;

  const faults: Record<string, (dice: number) => Promise<void>> = {
    'kill -9 of a writer': async (dice) => {
      const i = Math.floor(dice * writers.length);
      await writers[i]?.kill();
      start(i);
    },
    'kill -9 of PostgreSQL and all its sessions': async () => {
      await server.kill();
      await server.restart();
    },
    'kill -9 of one session, which PostgreSQL answers by ending all': async () => {
      const [session] = await asAdmin(`select pid from ${sessions()} limit 1`);
      if (session) process.kill(session.pid, 'SIGKILL');
    },
    pg_terminate_backend: async () => {
      await asAdmin(`select pg_terminate_backend(pid) from ${sessions()}`);
    },
    'connections cut in flight': async (dice) => {
      proxy.cutAt(1 + Math.floor(dice * 20), dice < 0.5 ? 'after' : 'before');
      await until('a connection is cut', () => proxy.hasStruck);
      proxy.cutAll();
    },
    'a writer that rolls back what it wrote under the lock': async () => {
      await asAdmin(
        `begin; update log_head set position = position + 3 where id = 0;
         insert into event_log select position, gen_random_uuid(), gen_random_uuid(), 'rolled-back', 1, 'Never', 1, '{}', '{}', now()
           from log_head; rollback`,
      );
    },
  };

  it(
    'lose nothing they were told is stored, double nothing, and know in the end what became of everything',
    () =>
      withSeed(async (random) => {
        for (let i = 0; i < 4; i++) start(i);
        const tails = ['a', 'b'].map((name) => startTail(test.pool, name));
        const stored = async () =>
          (await readJournals(journals)).filter(({ answer }) => typeof answer === 'object').length;
        let before = 0;
        const progress = async (what: string) => {
          await until(`writers get on after ${what}`, async () => (await stored()) > before + 50, 45_000, 100);
          before = await stored();
        };
        await progress('their start');
        for (let round = 0; round < effort(1, 25); round++) {
          const order = Object.entries(faults).toSorted(() => random() - 0.5);
          for (const [what, strike] of order) {
            await strike(random());
            await progress(what);
          }
        }
        await Promise.all(writers.map((writer) => writer.kill()));
        const told = await settle(test.store, await readJournals(journals));
        const head = await test.log.head();
        const seen = await Promise.all(tails.map((tail) => tail.finish(head)));
        const late = await startTail(test.pool, 'late').finish(head);
        const checked = await checkLogAgainst(test.pool, told, [...seen, late]);
        expect(checked.stored).toBeGreaterThan(300);
        expect(checked.refused).toBeGreaterThan(100);
        expect(journals.length).toBeGreaterThan(4);
      }),
    effort(150_000, 1_800_000),
  );
});
