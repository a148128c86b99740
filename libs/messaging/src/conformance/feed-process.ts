import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import type { FeedProcessSettings } from './feed-process.main.js';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** A real process with an engine in it, to be killed, frozen and started again. */
export class FeedProcess {
  private child: ChildProcess | undefined;
  private complaint = '';
  /** What its sessions are called, at the server. */
  private readonly session = randomUUID();

  constructor(
    readonly name: string,
    private readonly settings: FeedProcessSettings,
  ) {}

  /** Answers when it works. */
  async start(): Promise<void> {
    const named = Object.entries(this.settings).map(([key, value]: [string, unknown]) => [
      key,
      key.endsWith('Url') ? this.named(value) : value,
    ]);
    const script = join(import.meta.dirname, 'feed-process.main.ts');
    const loader = join(root, 'tools', 'workspace', 'typescript.mjs');
    const settings = JSON.stringify(Object.fromEntries(named));
    const child = spawn(process.execPath, ['--import', loader, script, settings], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.child = child;
    child.stderr.on('data', (text) => (this.complaint += String(text)));
    const ended = once(child, 'exit').then(() => 'exit');
    if ((await Promise.race([once(child.stdout, 'data'), ended])) !== 'exit' || child.killed) return;
    throw new Error(`${this.name} did not start: ${this.complaint}`);
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Stands still in the middle of whatever it does; its connections live. */
  standStill(): void {
    this.child?.kill('SIGSTOP');
  }

  /**
   * Stands still in the middle of whatever it does. The server takes it for dead, as it would a machine that vanished.
   */
  async freeze(adminUrl: string): Promise<void> {
    this.standStill();
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client
      .query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [this.session])
      .finally(() => client.end());
  }

  /** Goes on where it stood, and knows of nothing. */
  wake(): void {
    this.child?.kill('SIGCONT');
  }

  private named(value: unknown): string {
    const url = new URL(String(value));
    url.searchParams.set('application_name', this.session);
    return url.href;
  }
}
