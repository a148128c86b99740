import type { ProjectionAdmin } from '@guichet/event-sourcing';

/** A rebuild that was asked for in this process. */
export interface Rebuild {
  readonly projection: string;
  readonly state: 'running' | 'swapped' | 'built' | 'failed';
  /** How far each log has been read: position and head. */
  readonly progress: Readonly<Record<string, { readonly position: number; readonly head: number }>>;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly error?: string;
}

/** Rebuilds take longer than a request: they run on, one at a time per projection, and their state can be asked for. */
export class Rebuilds {
  private readonly latest = new Map<string, Rebuild>();

  constructor(private readonly admin: ProjectionAdmin) {}

  list(): Rebuild[] {
    return [...this.latest.values()];
  }

  /** Begins one, unless it is under way. With `swap`, the new build replaces the live one at the end. */
  begin(projection: string, swap: boolean): Rebuild {
    const current = this.latest.get(projection);
    if (current?.state === 'running') return current;
    const begun: Rebuild = { projection, state: 'running', progress: {}, startedAt: new Date().toISOString() };
    this.latest.set(projection, begun);
    this.run(projection, swap).then(
      () => this.change(projection, { state: swap ? 'swapped' : 'built', endedAt: new Date().toISOString() }),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.change(projection, { state: 'failed', endedAt: new Date().toISOString(), error: message });
      },
    );
    return begun;
  }

  private async run(projection: string, swap: boolean): Promise<void> {
    await this.admin.rebuild(projection, {
      onProgress: ({ log, position, head }) => {
        const progress = { ...this.latest.get(projection)?.progress, [log]: { position, head } };
        this.change(projection, { progress });
      },
    });
    if (swap) await this.admin.swap(projection);
  }

  private change(projection: string, changes: Partial<Rebuild>): void {
    const current = this.latest.get(projection);
    if (current) this.latest.set(projection, { ...current, ...changes });
  }
}
