/** Rows on disk, so that a file of any size can be grouped by ticket and ordered with little memory. */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { CompiledMapping } from '../mapping/compile.js';
import type { Cells } from '../mapping/columns.js';
import type { Row } from '../mapping/values.js';

export interface StagedTicket {
  /** Counts from 1 in the order in which tickets first appear in the file. */
  readonly ordinal: number;
  readonly key: string;
  readonly rows: readonly Row[];
}
export interface StagedRow {
  readonly key: string;
  readonly line: number;
  readonly at: number | null;
  readonly list: string;
  readonly cells: Cells;
  readonly sortValues: readonly (number | string | null)[];
  readonly whole: string;
}

/** How many ticket keys are remembered in memory before SQLite is asked for them again. */
const keysRemembered = 50_000;

/** A temporary database; `close` removes it. */
export class Staging implements Disposable {
  private readonly folder = mkdtempSync(join(tmpdir(), 'guichet-import-'));
  private readonly database = new DatabaseSync(join(this.folder, 'rows.sqlite'));
  private readonly insertTicket: StatementSync;
  private readonly findTicket: StatementSync;
  private readonly insertRow: StatementSync;
  private ordinals = new Map<string, number>();
  private readonly dropsDuplicates: boolean;
  private readonly order: string;

  constructor({ order, mapping }: CompiledMapping) {
    this.dropsDuplicates = mapping.rows?.duplicates === 'drop';
    const keys = order.map((_, index) => `o${index}`);
    this.order = order.map(({ descending }, index) => `o${index}${descending ? ' desc' : ''}, `).join('');
    // Nothing here outlives the run, so nothing needs to survive a crash.
    this.database.exec(`
      pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536; pragma temp_store = file;
      create table ticket (ordinal integer primary key, key text not null unique);
      create table staged (seq integer primary key, ticket integer not null, line integer not null, at real,
        list text not null, cells text not null, ${keys.map((key) => `${key},`).join(' ')}
        hash blob not null ${this.dropsDuplicates ? 'unique' : ''});
      begin;`);
    this.insertTicket = this.database.prepare('insert or ignore into ticket (key) values (?)');
    this.findTicket = this.database.prepare('select ordinal from ticket where key = ?');
    const columns = ['ticket', 'line', 'at', 'list', 'cells', 'hash', ...keys];
    this.insertRow = this.database.prepare(
      `insert or ignore into staged (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
    );
  }

  /** Answers false for an exact duplicate that the mapping wants dropped. */
  add({ key, line, at, list, cells, sortValues, whole }: StagedRow): boolean {
    const digest = hash('sha1', `${key}\u001f${whole}`, 'buffer');
    const values: SQLInputValue[] = [this.ordinalOf(key), line, at, list, JSON.stringify(cells), digest, ...sortValues];
    return this.insertRow.run(...values).changes === 1;
  }

  private ordinalOf(key: string): number {
    const known = this.ordinals.get(key);
    if (known !== undefined) return known;
    this.insertTicket.run(key);
    const ordinal = Number(this.findTicket.get(key)?.['ordinal']);
    if (this.ordinals.size >= keysRemembered) this.ordinals = new Map();
    this.ordinals.set(key, ordinal);
    return ordinal;
  }

  /** Rows beyond the first of those that are equal in every column. */
  get duplicates(): number {
    if (this.dropsDuplicates) return 0;
    const { n } = this.database.prepare('select count(*) - count(distinct hash) as n from staged').get() ?? {};
    return Number(n);
  }

  get ticketCount(): number {
    return Number(this.database.prepare('select count(*) as n from ticket').get()?.['n']);
  }

  /** Every ticket with its rows in the mapping's order. */
  *tickets(): Generator<StagedTicket> {
    const statement = this.database.prepare(`
      select staged.ticket, ticket.key, staged.line, staged.at, staged.list, staged.cells
      from staged join ticket on ticket.ordinal = staged.ticket order by staged.ticket, ${this.order} staged.seq`);
    let current: { ordinal: number; key: string; rows: Row[] } | undefined;
    for (const staged of statement.iterate()) {
      const ordinal = Number(staged['ticket']);
      if (current?.ordinal !== ordinal) {
        if (current) yield current;
        current = { ordinal, key: String(staged['key']), rows: [] };
      }
      const at = staged['at'] === null ? null : Number(staged['at']);
      const cells = JSON.parse(String(staged['cells'])) as Cells;
      current.rows.push({ line: Number(staged['line']), at, list: String(staged['list']), cells });
    }
    if (current) yield current;
  }

  [Symbol.dispose](): void {
    this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
