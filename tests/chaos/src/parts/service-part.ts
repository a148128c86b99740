import { setTimeout as pause } from 'node:timers/promises';
import { type Running, startBundle } from '@guichet/testing';
import type { Part } from './part.js';

export interface ServiceProcess {
  readonly kind: string;
  readonly name: string;
  readonly bundle: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
  readonly url: string;
  /** It was up and ended without having been killed. */
  readonly onOwnEnd: (name: string, output: string) => void;
}

const leastBackoffMs = 200;
const mostBackoffMs = 1_000;

/** A process of a service under a supervisor, which starts it again whenever it ends. */
export class ServicePart implements Part {
  readonly name: string;
  readonly kind: string;
  /** Starts that came to nothing: what the service needs for it was away. */
  failedStarts = 0;
  private readonly outputs: string[] = [];
  private running: Running | undefined;
  private wanted = false;
  private wasReady = false;
  private supervising: Promise<void> = Promise.resolve();

  constructor(private readonly options: ServiceProcess) {
    this.name = options.name;
    this.kind = options.kind;
  }

  get url(): string {
    return this.options.url;
  }

  async restart(): Promise<void> {
    this.wanted = true;
    this.supervising = this.supervise();
  }

  async kill(): Promise<void> {
    this.wanted = false;
    await this.running?.stop('SIGKILL');
    await this.supervising;
  }

  async stop(): Promise<void> {
    this.wanted = false;
    const overdue = setTimeout(() => void this.running?.stop('SIGKILL'), 10_000);
    await this.running?.stop('SIGTERM');
    clearTimeout(overdue);
    await this.supervising;
  }

  async log(): Promise<string> {
    return [...this.outputs, this.running?.output ?? ''].join('\n--- started again ---\n');
  }

  private async supervise(): Promise<void> {
    for (let backoffMs = leastBackoffMs; this.wanted; backoffMs = Math.min(mostBackoffMs, backoffMs * 2)) {
      const { bundle, name, cwd, env } = this.options;
      const running = startBundle(bundle, { name, cwd, env });
      this.running = running;
      this.wasReady = false;
      void this.watch(running);
      await running.end();
      this.outputs.push(running.output);
      this.running = undefined;
      if (!this.wanted) return;
      if (this.wasReady) this.options.onOwnEnd(name, running.output);
      else this.failedStarts++;
      await pause(backoffMs);
    }
  }

  private async watch(running: Running): Promise<void> {
    await running.ready(this.options.url).then(
      () => (this.wasReady = running === this.running),
      () => undefined, // ended before it was ready, which the supervisor sees
    );
  }
}
