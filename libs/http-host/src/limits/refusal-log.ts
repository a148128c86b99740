/** One log line for many refusals: a burst must not fill the log as well. */

/** Tenants named in one line; the others are counted together. */
const maxNamed = 20;

export interface RefusalLine {
  readonly msg: string;
  /** By limit. */
  readonly refused: Readonly<Record<string, number>>;
  /** By tenant's id, as far as a tenant was known. */
  readonly tenants: Readonly<Record<string, number>>;
}

export class RefusalLog {
  private readonly refused = new Map<string, number>();
  private readonly tenants = new Map<string, number>();
  private due: NodeJS.Timeout | undefined;

  /** @param write gets what came together in `everyMs`; nothing is written while nothing is refused. */
  constructor(
    private readonly write: (line: RefusalLine) => void,
    private readonly everyMs = 10_000,
  ) {}

  note(limit: string, tenantId: string | undefined): void {
    count(this.refused, limit);
    if (tenantId !== undefined && tenantId !== '') {
      count(this.tenants, this.tenants.has(tenantId) || this.tenants.size < maxNamed ? tenantId : 'others');
    }
    this.due ??= setTimeout(() => this.flush(), this.everyMs).unref();
  }

  /** Writes what has come together since the last line, if anything: also at the end of the process. */
  flush(): void {
    clearTimeout(this.due);
    this.due = undefined;
    if (this.refused.size === 0) return;
    const [refused, tenants] = [Object.fromEntries(this.refused), Object.fromEntries(this.tenants)];
    this.refused.clear();
    this.tenants.clear();
    this.write({ msg: 'Requests were refused: too many came.', refused, tenants });
  }
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
