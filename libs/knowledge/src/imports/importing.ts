/** What the parts of one import share: where its ids come from, what it stored, and what it found. Pure. */
import { createHash } from 'node:crypto';
import {
  type CommandOptions,
  type CommandResult,
  DomainError,
  type EventContext,
  uuid5,
} from '@guichet/event-sourcing';
import type { ImportFinding } from './imported-library.js';

/** Ids of all imports are derived under this namespace. Never change it: what was imported would come again. */
const namespace = '5e3c1f0a-6d5b-5c7e-8b1f-2f6f6a1d9c40';

export class Importing {
  readonly findings: ImportFinding[] = [];
  readonly now: string;
  readonly context: EventContext;
  private readonly found = new Set<string>();
  private stored = 0;
  private last = 0;

  constructor({
    source,
    now,
    context,
  }: {
    readonly source: string;
    readonly now: string;
    readonly context: EventContext;
  }) {
    this.source = source;
    this.now = now;
    this.context = { ...context, imported: true };
  }

  readonly source: string;

  get tenantId(): string {
    return this.context.tenantId;
  }

  get events(): number {
    return this.stored;
  }

  get position(): number {
    return this.last;
  }

  /** The same for the same thing of the same source in the same tenant, whenever it is imported. */
  id(...thing: readonly string[]): string {
    return uuid5(namespace, JSON.stringify([this.tenantId, this.source, ...thing]));
  }

  options(commandId: string): CommandOptions {
    return { context: this.context, commandId };
  }

  add({ events, replayed, position }: CommandResult): void {
    if (!replayed) this.stored += events.length;
    this.last = Math.max(this.last, position);
  }

  /** Once, however many revisions of a text have it. */
  findOnce(finding: ImportFinding): void {
    const key = JSON.stringify(finding);
    if (this.found.has(key)) return;
    this.found.add(key);
    this.findings.push(finding);
  }

  /** Work that may be refused: then the refusal is a finding, and the import goes on. */
  async unlessRefused<Result>(
    finding: Omit<ImportFinding, 'detail'>,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.findOnce({ ...finding, detail: `${error.code}: ${error.message}` });
      return undefined;
    }
  }
}

export const hashOf = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
};

/** At most so many at once, in order of their beginning. */
export async function inTurns<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of rest) await work(item);
    }),
  );
}
