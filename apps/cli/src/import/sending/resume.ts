/** Remembers how far imports of a file have come, so that the next run goes on there, and with which mapping. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** What makes two runs the same import. */
export interface ImportIdentity {
  readonly fileSha256: string;
  /** Of what the mapping says, not of how it is written. */
  readonly mappingSha256: string;
  readonly tenantId: string;
  readonly source: string;
  readonly url: string;
}
export interface Done {
  /** Every ticket up to this ordinal is in intake, in routing. */
  intake: number;
  routing: number;
}
interface Entry {
  readonly identity: ImportIdentity;
  readonly done: Done;
}

const writeEveryMs = 1_000;
/** Imports of one file into so many tenants are remembered, the latest ones. */
const maxEntries = 100;

export class ImportState {
  private writtenAt = 0;

  private constructor(
    private readonly file: string,
    private readonly identity: ImportIdentity,
    readonly done: Done,
    private readonly others: readonly Entry[],
    /** Whether the same tickets came into this tenant by another mapping: they cannot be changed by this one. */
    readonly isOtherMapping: boolean,
  ) {}

  /** The state of the same import's last run; from the beginning where there was none. */
  static load(file: string, identity: ImportIdentity): ImportState {
    const entries = read(file);
    const isSameTickets = (one: ImportIdentity) =>
      one.tenantId === identity.tenantId && one.url === identity.url && one.source === identity.source;
    const earlier = entries.find((entry) => isSameTickets(entry.identity));
    const others = entries.filter((entry) => entry !== earlier);
    const hasOtherMapping = earlier !== undefined && earlier.identity.mappingSha256 !== identity.mappingSha256;
    const isSame = !hasOtherMapping && earlier?.identity.fileSha256 === identity.fileSha256;
    const done = isSame ? earlier.done : { intake: 0, routing: 0 };
    return new ImportState(file, identity, done, others, hasOtherMapping && earlier.done.intake > 0);
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
    const { identity, done } = this;
    const imports = [{ identity, done }, ...this.others].slice(0, maxEntries);
    writeFileSync(`${this.file}.new`, JSON.stringify({ version: 2, imports }));
    renameSync(`${this.file}.new`, this.file);
  }
}

function read(file: string): readonly Entry[] {
  try {
    const { imports = [] } = JSON.parse(readFileSync(file, 'utf8')) as { imports?: readonly Entry[] };
    return imports;
  } catch {
    // There is none, or it is damaged: importing from the beginning changes nothing that is there.
    return [];
  }
}
