import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalPostgres, startLocalPostgres } from '@guichet/local-postgres';
import type { Part } from './part.js';

/** The PostgreSQL server: the postmaster is killed, its children see that it has gone. */
export class PostgresPart implements Part {
  readonly name = 'postgres';
  readonly kind = 'postgres';
  private readonly logs: string[] = [];

  private constructor(
    private readonly dataDir: string,
    private server: LocalPostgres,
  ) {}

  static async start(dataDir: string): Promise<PostgresPart> {
    return new PostgresPart(dataDir, await startLocalPostgres({ dataDir }));
  }

  /** URL of the superuser. */
  get adminUrl(): string {
    return this.server.adminUrl;
  }

  async kill(): Promise<void> {
    process.kill(this.server.pid, 'SIGKILL');
    await this.server.ended;
    this.logs.push(await this.currentLog());
    await this.server.stop(); // gives the data folder free
  }

  async restart(): Promise<void> {
    this.server = await startLocalPostgres({ dataDir: this.dataDir, port: this.server.port });
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  async log(): Promise<string> {
    return [...this.logs, await this.currentLog()].join('\n--- started again ---\n');
  }

  private currentLog(): Promise<string> {
    return readFile(join(this.dataDir, 'postgres.log'), 'utf8');
  }
}
