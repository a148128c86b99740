/** The proof: a ticket that came through intake, waits in a queue of routing, and is counted by analytics. */
import { setTimeout as delay } from 'node:timers/promises';
import { type GuichetClient, Refused } from '@guichet/client';
import type { Department, Made, ServiceAccount } from './tenant.js';
import { Away } from './operator.js';

export interface FirstTicket extends Made {
  readonly ticketId: string;
  readonly number: string;
  /** Where each service tells of it. */
  readonly addresses: { readonly ticket: string; readonly queue: string; readonly kpi: string };
}

interface Opened {
  readonly ticketId: string;
  readonly number: string;
  readonly openedAt: string;
  readonly made: boolean;
  /** As `Guichet-After` wants it; undefined for a ticket of an earlier run. */
  readonly after: string | undefined;
}

const tag = 'first-ticket';
const askAgainMs = 250;

/** @throws Away naming the service that does not know of it in time */
export async function firstTicket(
  admin: GuichetClient,
  { departmentId }: Department,
  { clientId }: ServiceAccount,
  waitSeconds: number,
): Promise<FirstTicket> {
  const { after, openedAt, ...opened } = (await openedBefore(admin)) ?? (await open(admin, departmentId, clientId));
  const { ticketId, number, made } = opened;
  const seen = after === undefined ? {} : { after };
  const queue = `/routing/v1/departments/${encodeURIComponent(departmentId)}/queue`;
  const kpi = '/analytics/v1/kpis/tickets-opened';
  const isQueued = () => has(admin.pages<Row>(queue, { ...seen, query: { limit: 200 } }), ticketId);
  const isKnown = () => unlessUnknown(() => admin.get(`/routing/v1/tickets/${ticketId}`));
  const isCounted = () =>
    has(admin.pages<Row>(`${kpi}/tickets`, { ...seen, query: { from: openedAt, limit: 200 } }), ticketId);
  // One of an earlier run may have been worked on since.
  await until(made ? isQueued : isKnown, waitSeconds, `routing does not know the ticket ${number}`);
  await until(isCounted, waitSeconds, `analytics does not count the ticket ${number}`);
  const at = (path: string) => `${admin.baseUrl}${path}`;
  const addresses = { ticket: at(`/intake/v1/tickets/${ticketId}`), queue: at(queue), kpi: at(kpi) };
  return { ticketId, number, made, addresses };
}

interface Row {
  readonly ticketId: string;
}

async function openedBefore(admin: GuichetClient): Promise<Opened | undefined> {
  type Page = { readonly items: readonly Omit<Opened, 'made' | 'after'>[] };
  const { items } = await admin.get<Page>('/intake/v1/tickets', { query: { tag, limit: 1 } });
  const [there] = items;
  if (there === undefined) return undefined;
  const { ticketId, number, openedAt } = there;
  return { ticketId, number, openedAt, made: false, after: undefined };
}

async function open(admin: GuichetClient, departmentId: string, requester: string): Promise<Opened> {
  // Clocks differ: counted from a day before.
  const openedAt = new Date(Date.now() - 86_400_000).toISOString();
  const ticket = {
    subject: 'The first ticket',
    body: 'Opened by guichet bootstrap, to show that a ticket reaches its queue and the figures.',
    requester: { id: requester, name: 'guichet bootstrap' },
    ...{ departmentId, tags: [tag] },
  };
  const { body, position } = await admin.send<Omit<Opened, 'made'>>('POST', '/intake/v1/tickets', ticket);
  return { ticketId: body.ticketId, number: body.number, openedAt, made: true, after: position };
}

async function has(rows: AsyncIterable<Row>, ticketId: string): Promise<boolean> {
  for await (const row of rows) if (row.ticketId === ticketId) return true;
  return false;
}

async function unlessUnknown(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return false;
    throw error;
  }
}

async function until(isSo: () => Promise<boolean>, waitSeconds: number, problem: string): Promise<void> {
  const deadlineMs = performance.now() + waitSeconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs)
      throw new Away(
        `${problem} after ${waitSeconds} s: does the feed flow? \`guichet ops status\` says what stands still.`,
      );
    await delay(askAgainMs);
  }
}
