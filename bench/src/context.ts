import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type OwnKafka, type OwnPostgres, startOwnKafka, startOwnPostgres } from '@guichet/testing';
import type { BenchContext } from './line.js';

/** What the lines of one run share, started when it is first asked for. */
export class BenchRun {
  private readonly undos: (() => Promise<unknown>)[] = [];
  private postgres: Promise<{ own: OwnPostgres; folder: string }> | undefined;
  private broker: Promise<OwnKafka> | undefined;

  constructor(private readonly options: Pick<BenchContext, 'bundles' | 'isQuick' | 'say'>) {}

  /** For one line; see `endLine`. */
  context(): BenchContext {
    return {
      ...this.options,
      database: async (prefix) => {
        const { adminUrl } = await this.server();
        const database = await createTestDatabase(prefix, { adminUrl });
        this.undos.push(() => database.drop());
        return database;
      },
      server: () => this.server(),
      kafka: async () => {
        this.broker ??= startOwnKafka();
        return (await this.broker).brokers;
      },
      after: (undo) => void this.undos.push(undo),
    };
  }

  /** Undoes what a line has left, the newest first. */
  async endLine(): Promise<void> {
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) await undo();
  }

  async end(): Promise<void> {
    await this.endLine();
    await (await this.broker)?.stop();
    const postgres = await this.postgres;
    if (!postgres) return;
    await postgres.own.stop();
    await rm(postgres.folder, { recursive: true, force: true });
  }

  async server(): Promise<{ adminUrl: string; folder: string }> {
    this.postgres ??= startPostgres();
    const { own, folder } = await this.postgres;
    return { adminUrl: own.adminUrl, folder };
  }
}

/** As a machine of its own would have it: commits wait for the disk, and memory is used. */
async function startPostgres(): Promise<{ own: OwnPostgres; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-bench-postgres-'));
  const settings = { fsync: 'on', synchronous_commit: 'on', shared_buffers: '1GB', max_wal_size: '8GB', jit: 'off' };
  return { own: await startOwnPostgres({ folder, settings }), folder };
}
