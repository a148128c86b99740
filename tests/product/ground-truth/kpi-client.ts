/** Asks a running analytics service, as any BI tool would. */
import { GuichetClient, type TokenSource } from '@guichet/client';

export interface Step {
  readonly label: string;
  readonly from: string;
  readonly to: string;
  readonly value: number | null;
  readonly parts?: Readonly<Record<string, number>>;
}

export interface Statistics {
  readonly n: number;
  readonly sum: number;
  readonly mean: number;
  readonly median: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
}

export interface KpiAnswer extends Statistics {
  readonly value: number | null;
  readonly of: number;
  readonly open: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly total: { readonly sum: number; readonly mean: number; readonly ticketsWithAny: number };
  readonly totalDistribution: readonly { readonly value: number; readonly tickets: number }[];
  readonly bands: readonly { readonly within: string; readonly share: number }[];
  readonly series: readonly Step[];
  readonly groups: readonly (KpiAnswer & { readonly key: string | null; readonly label: string | null })[];
}

export interface Row {
  readonly ticketId: string;
  readonly number: string;
  readonly at: string;
  readonly value: number;
}

export interface Ticket {
  readonly ticketId: string;
  readonly openedAt: string;
  readonly channel: string;
  readonly firstResolution: { readonly at: string } | null;
  readonly lastResolution: { readonly at: string } | null;
  readonly lastClosedAt: string | null;
  readonly resolutions: readonly { readonly at: string }[];
  /** `n` is -1 where a resolution takes one back. */
  readonly unresolvedClosings: readonly { readonly at: string; readonly n: number }[];
  readonly openIntervals: readonly { readonly from: string; readonly to: string | null }[];
  readonly reopenings: readonly unknown[];
  readonly transfers: readonly unknown[];
  readonly agentChangeCount: number;
  readonly pingPongReturns: number;
  readonly activities: readonly { readonly n: number }[];
  readonly lastEventAt: string;
}

export interface TicketEvent {
  readonly type: string;
  readonly occurredAt: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Who asks: events are shown whole to those who work on tickets only, figures to whoever analyses. */
export interface Askers {
  readonly figures: TokenSource;
  readonly events: TokenSource;
}

export class KpiClient {
  private readonly client: GuichetClient;
  private readonly eventsClient: GuichetClient;

  constructor(baseUrl: string, { figures, events }: Askers) {
    this.client = new GuichetClient({ baseUrl, tokens: figures });
    this.eventsClient = new GuichetClient({ baseUrl, tokens: events });
  }

  /** Times without a zone are read as UTC in all the known figures. */
  kpi(id: string, question: Readonly<Record<string, string>> = {}): Promise<KpiAnswer> {
    return this.client.get(`analytics/v1/kpis/${id}`, { query: { timeZone: 'Etc/UTC', ...question } });
  }

  /** Every row behind a number, page by page. */
  rows(id: string, question: Readonly<Record<string, string>> = {}): AsyncGenerator<Row> {
    const query = { timeZone: 'Etc/UTC', limit: '200', ...question };
    return this.client.pages(`analytics/v1/kpis/${id}/tickets`, { query });
  }

  ticket(ticketId: string): Promise<Ticket> {
    return this.client.get(`analytics/v1/tickets/${ticketId}`);
  }

  async ticketByNumber(number: string): Promise<Ticket> {
    const { items } = await this.client.get<{ items: Row[] }>('analytics/v1/tickets', { query: { number } });
    const [found, ...others] = items;
    if (!found || others.length > 0) throw new Error(`${items.length} tickets have the number ${number}.`);
    return this.ticket(found.ticketId);
  }

  async events(ticketId: string): Promise<readonly TicketEvent[]> {
    const events: TicketEvent[] = [];
    const path = `analytics/v1/tickets/${ticketId}/events`;
    for await (const event of this.eventsClient.pages<TicketEvent>(path, { query: { limit: 200 } })) events.push(event);
    return events;
  }
}

/** Values of the groups by label, those without one left out. */
export const byLabel = ({ groups }: KpiAnswer): Record<string, number | null> =>
  Object.fromEntries(groups.flatMap(({ label, value }) => (label === null ? [] : [[label, value]])));

/** Values of a series by label; the known figures do not list what is 0. */
export const withoutZeros = (
  series: readonly Step[],
  valueOf: (step: Step) => number | null = ({ value }) => value,
): Record<string, number | null> =>
  Object.fromEntries(series.map((step) => [step.label, valueOf(step)] as const).filter(([, value]) => value !== 0));

/** Instants as the known figures write them: whole seconds. */
export const secondsText = (instant: string | null | undefined): string | null =>
  instant === null || instant === undefined ? null : `${instant.slice(0, 19)}Z`;
