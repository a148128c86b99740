import {
  createPool,
  eventSourcingMigrations,
  migrate,
  prepareReadModels,
  type Projection,
  type ProjectionTransaction,
  type RecordedEvent,
  roleOf,
  TenantDatabase,
} from '@guichet/event-sourcing';
import {
  AgentProjection,
  DepartmentProjection,
  TicketProjection,
  TicketSearches,
  TicketSearchProjection,
} from '@guichet/routing/parts';
import { Changes } from '@guichet/service';
import type pg from 'pg';
import type { BenchContext } from '../line.js';
import { onDatabase } from './engines.js';
import { processorTime } from './processor-time.js';
import { tenantId, type TicketEvents, type TicketSeries } from './ticket-events.js';

const schema = 'read_model';
/** Tickets in one transaction. */
const together = 200;

/** Routing's read models, without the service around them. */
export class SearchedDesk {
  private readonly search = new TicketSearchProjection();
  private readonly tickets = new TicketProjection(new Changes());
  private readonly searches: TicketSearches;
  private readonly memories = new Map<string, Map<string, unknown>>();

  private constructor(
    private readonly tenants: TenantDatabase,
    private readonly adminUrl: string,
    readonly series: TicketSeries,
  ) {
    this.searches = new TicketSearches(tenants);
  }

  static async start(context: BenchContext, series: TicketSeries): Promise<SearchedDesk> {
    const database = await context.database('bench_tickets');
    const { ownerUrl: url, appUrl, adminUrl } = database;
    await migrate({ url, appRole: roleOf(appUrl), migrations: eventSourcingMigrations });
    const pool = createPool({ url: appUrl });
    context.after(() => pool.end());
    const desk = new SearchedDesk(new TenantDatabase(pool), adminUrl, series);
    const all: Projection[] = [desk.search, desk.tickets, new DepartmentProjection(), new AgentProjection()];
    const readModels = all.map((projection) => ({ projection, logs: ['own', 'received'] }));
    await prepareReadModels({ url, appRole: roleOf(appUrl), readModels });
    return desk;
  }

  async fill(count: number): Promise<void> {
    for (let done = 0; done < count; done += together) {
      const events = this.series.next(Math.min(together, count - done));
      await this.apply(this.tickets, events);
      await this.apply(this.search, events);
    }
    await onDatabase(this.adminUrl, 'vacuum analyze');
  }

  /** How many tickets are found. */
  async find(words: string): Promise<number> {
    const asked = { words, from: [], tags: [], departmentIds: [], states: [] };
    const { items } = await this.searches.search(tenantId, asked, 'all', { offset: 0, limit: 20 });
    return items.length;
  }

  /** Milliseconds of processor time that `work` takes of this process and of the server's sessions. */
  processorTime(work: () => Promise<unknown>): Promise<number> {
    return processorTime(this.adminUrl, work);
  }

  /** Bytes of the tables of the search, with their indexes. */
  async bytes(): Promise<number> {
    const names = this.search.tables.map((table) => `('${schema}.${table}')`).join(', ');
    const [row] = await onDatabase(
      this.adminUrl,
      `select sum(pg_total_relation_size(t::regclass)) as bytes from (values ${names}) v (t)`,
    );
    return Number(row?.['bytes']);
  }

  /** Processor milliseconds for an opened ticket, of this process and of the server's: so many in a transaction. */
  async msPerOpening(count: number, inOne: number): Promise<number> {
    const openings = this.series.openings(count);
    const ms = await this.processorTime(async () => {
      for (let done = 0; done < count; done += inOne)
        await this.apply(this.search, { received: openings.slice(done, done + inOne), own: [] });
    });
    return ms / count;
  }

  private async apply(projection: Projection, events: TicketEvents): Promise<void> {
    for (const log of ['received', 'own'] as const) {
      const concerned = events[log].filter((event) => projection.concerns?.(event) ?? true);
      if (concerned.length > 0) await this.applyOne(projection, log, concerned);
    }
  }

  private async applyOne(projection: Projection, log: string, events: readonly RecordedEvent[]): Promise<void> {
    const memory = this.memories.get(projection.name) ?? new Map<string, unknown>();
    this.memories.set(projection.name, memory);
    await this.tenants.transaction(tenantId, async (session) => {
      const sent: Promise<unknown>[] = [];
      const tx: ProjectionTransaction = {
        ...{ schema, log, memory },
        query: <R extends pg.QueryResultRow>(query: string | pg.QueryConfig, values?: unknown[]) =>
          session.query<R>(query as pg.QueryConfig, values),
        send: (query, values) => void sent.push(session.query(query as pg.QueryConfig, values)),
      };
      await projection.apply(events, tx);
      await Promise.all(sent);
    });
  }
}
