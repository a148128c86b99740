/** Remembers how far an import has come, so that the next run goes on there. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What makes two runs the same import. */
export interface ImportIdentity {
  readonly fileSha256: string;
  readonly mappingSha256: string;
  readonly tenantId: string;
  readonly url: string;
}
export interface Done {
  /** Every ticket up to this ordinal is in intake, in routing. */
  intake: number;
  routing: number;
}

const writeEveryMs = 1_000;

export class ImportState {
  readonly done: Done;
  private writtenAt = 0;

  private constructor(
    private readonly file: string,
    private readonly identity: ImportIdentity,
    done: Done,
  ) {
    this.done = done;
  }

  /** The state of the same import's last run; from the beginning where there was none. */
  static load(file: string, identity: ImportIdentity): ImportState {
    const stored = read(file);
    const isSame = stored !== undefined && JSON.stringify(stored.identity) === JSON.stringify(identity);
    return new ImportState(file, identity, isSame ? stored.done : { intake: 0, routing: 0 });
  }

  advance(service: keyof Done, ordinal: number): void {
    this.done[service] = Math.max(this.done[service], ordinal);
    if (performance.now() - this.writtenAt > writeEveryMs) this.save();
  }

  restart(): void {
    Object.assign(this.done, { intake: 0, routing: 0 });
    this.save();
  }

  /** By way of another file: a killed run leaves the old state or the new one. */
  save(): void {
    this.writtenAt = performance.now();
    writeFileSync(`${this.file}.new`, JSON.stringify({ identity: this.identity, done: this.done }));
    renameSync(`${this.file}.new`, this.file);
  }
}

function read(file: string): { identity: ImportIdentity; done: Done } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { identity: ImportIdentity; done: Done };
  } catch {
    // There is none, or it is damaged: importing from the beginning changes nothing that is there.
    return undefined;
  }
}
