/** A desk to measure: departments, and tickets brought in through the import endpoints. */
import type { TicketSource } from '@guichet/contracts';
import { createHash } from 'node:crypto';
import { Connections, type HttpAnswer, mustBe } from '../http/connections.js';
import type { Product } from './product.js';

export const departmentIds = Array.from({ length: 20 }, (_, i) => `department-${i}`);
export const departmentOf = (i: number): string => departmentIds[i % departmentIds.length] ?? '';

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

export async function createDepartments(product: Product): Promise<void> {
  const headers = { ...bearer(await product.token('admin')), 'content-type': 'application/json' };
  for (const departmentId of departmentIds) {
    const body = JSON.stringify({ departmentId, name: departmentId });
    const response = await fetch(`${product.urls.routing}/routing/v1/departments`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`No department: ${response.status} ${await response.text()}`);
  }
}

/** Always the same UUID for a name. */
export function uuidOf(name: string): string {
  const hex = createHash('md5').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export const ticketIdOf = (i: number): string => uuidOf(`ticket ${i}`);

const minuteMs = 60_000;
const firstMs = Date.parse('2025-01-01T00:00:00Z');
const agents = 100;
const requesters = 10_000;
/** One ticket in so many is still open, in every department alike. */
const openOneIn = 10;
const isOpen = (i: number): boolean => Math.floor(i / departmentIds.length) % openOneIn === 0;

/** Of the tickets below `tickets`, those that still wait. */
export const openTickets = (tickets: number): number[] => Array.from({ length: tickets }, (_, i) => i).filter(isOpen);

/** A ticket's events in both services: 2 of an open one, 6 of one that was resolved. */
function storyOf(i: number) {
  const ticketId = ticketIdOf(i);
  const [departmentId, agentId] = [departmentOf(i), `agent-${i % agents}`];
  const openedMs = firstMs + (i * minuteMs) / 2;
  const at = (minutes: number) => new Date(openedMs + minutes * minuteMs).toISOString();
  const requester = { kind: 'requester', id: `requester-${i % requesters}` };
  const agent = { kind: 'agent', id: agentId };
  const opened = {
    number: `N-${i}`,
    requesterId: requester.id,
    subject: `Matter ${i}: the order ${i * 7} did not arrive`,
    body: 'It should have been here on Monday. The tracking page has said the same thing for a week. Please help.',
    channel: i % 2 ? 'portal' : 'email',
    device: 'desktop',
    locale: 'en',
    priority: 'normal',
  };
  const event = (type: string, minutes: number, actor: object, data: object = {}) => ({
    id: uuidOf(`${i} ${type}`),
    type,
    data: { ticketId, at: at(minutes), ...data },
    actor,
  });
  const work = [
    event('TicketAssigned', 5 + (i % 50), agent, { agentId, departmentId }),
    event('AgentReplied', 60 + (i % 300), agent, {
      replyId: uuidOf(`${i} reply`),
      agentId,
      body: 'The parcel was held at the border. It leaves today.',
      automatic: false,
    }),
    event('TicketResolved', 600 + (i % 3000), agent, { agentId, departmentId }),
    event('TicketClosed', 10_000, { kind: 'system' }, { automatic: true }),
  ];
  const queued = event('TicketQueued', 0, { kind: 'system' }, { departmentId, priority: 'normal' });
  return {
    intake: { ticketId, events: [event('TicketOpened', 0, requester, opened)] },
    routing: { ticketId, events: isOpen(i) ? [queued] : [queued, ...work] },
  };
}

export interface Filled {
  readonly tickets: number;
  readonly events: number;
  readonly seconds: number;
}

const ticketsInRequest = 300;
const requestsAtOnce = 4;

/**
 * Imports the tickets `from` … `to` and waits until the figures have them.
 * @param untilMs stops after the request that ends later (performance.now()'s clock): then fewer tickets are there.
 */
export async function fill(product: Product, from: number, to: number, untilMs = Infinity): Promise<Filled> {
  const begin = performance.now();
  const headers = bearer(await product.token('importer'));
  const ways = {
    intake: await Connections.open(product.urls.intake, requestsAtOnce),
    routing: await Connections.open(product.urls.routing, requestsAtOnce),
  };
  const last = { intake: 0, routing: 0 };
  let [next, events, stored] = [from, 0, from];
  const send = async (service: TicketSource, streams: readonly { readonly events: readonly object[] }[]) => {
    const bytes = ways[service].prepare('POST', `/${service}/v1/imports`, headers, { source: 'bench', streams });
    const answer = mustBe(200, await ways[service].send(bytes));
    const { position, accepted, rejected } = bodyOf<{ position: number; accepted: number; rejected: unknown[] }>(
      answer,
    );
    if (rejected.length > 0) throw new Error(`Refused: ${JSON.stringify(rejected[0])}`);
    events += accepted;
    last[service] = Math.max(last[service], position);
  };
  const worker = async () => {
    while (next < to && performance.now() < untilMs) {
      const first = next;
      next = Math.min(to, next + ticketsInRequest);
      const stories = Array.from({ length: next - first }, (_, i) => storyOf(first + i));
      stored = Math.max(stored, next);
      await send(
        'intake',
        stories.map(({ intake }) => intake),
      );
      await send(
        'routing',
        stories.map(({ routing }) => routing),
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: requestsAtOnce }, worker));
  } finally {
    for (const way of Object.values(ways)) way.close();
  }
  await caughtUp(product, last);
  return { tickets: stored - from, events, seconds: (performance.now() - begin) / 1000 };
}

export const bodyOf = <Body>({ body }: Pick<HttpAnswer, 'body'>): Body => JSON.parse(body) as Body;

/** Waits until every read model has passed these positions. */
export async function caughtUp(
  product: Product,
  { intake, routing }: { readonly intake: number; readonly routing: number },
): Promise<void> {
  const headers = {
    ...bearer(await product.token('supervisor')),
    'guichet-after': `intake=${intake}, routing=${routing}`,
  };
  const places = [
    `${product.urls.analytics}/analytics/v1/kpis/backlog`,
    `${product.urls.routing}/routing/v1/departments/${departmentOf(0)}/queue?limit=1`,
  ];
  for (const place of places) {
    for (const deadline = Date.now() + 600_000; ;) {
      const response = await fetch(place, { headers });
      const text = await response.text();
      if (response.ok) break;
      if (response.status !== 503 || Date.now() > deadline) throw new Error(`${place}: ${response.status} ${text}`);
    }
  }
}
