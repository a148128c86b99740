/** A morning at a small desk, through HTTP only: the same work for every shape of the product. */
import type { Product } from './product.js';

type Json = Readonly<Record<string, unknown>>;

class Person {
  /** Newest position this person's writes have reached, by service. */
  readonly seen: Record<string, number> = {};

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async post(path: string, body: Json = {}, expected: readonly number[] = [200, 201]): Promise<Json> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Json;
    if (!expected.includes(response.status))
      throw new Error(`${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    const [service = '', position = '0'] = (response.headers.get('guichet-position') ?? '').split('=');
    if (service) this.seen[service] = Math.max(this.seen[service] ?? 0, Number(position));
    return answer;
  }

  /** Asks until the answer has seen `after`: a 503 says "not yet". */
  async get<T>(path: string, after: Readonly<Record<string, number>> = {}): Promise<T> {
    const positions = Object.entries(after).map(([service, position]) => `${service}=${position}`);
    const headers = {
      authorization: `Bearer ${this.token}`,
      ...(positions.length > 0 ? { 'guichet-after': positions.join(',') } : {}),
    };
    for (const deadline = Date.now() + 60_000; ;) {
      const response = await fetch(`${this.url}${path}`, { headers });
      if (response.ok) return (await response.json()) as T;
      if (response.status !== 503 || Date.now() > deadline)
        throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    }
  }
}

interface KpiAnswer {
  readonly value: number | null;
  readonly groups: readonly { readonly key: string | null; readonly value: number | null }[];
}

export interface MorningFigures {
  readonly claims: readonly number[];
  readonly kpis: Readonly<Record<string, unknown>>;
}

/** Does the work, then asks for every figure that does not depend on how fast it was done. */
export async function workAMorning(product: Pick<Product, 'url' | 'token'>): Promise<MorningFigures> {
  const sign = async (role: string) => new Person(product.url, await product.token('demo', role));
  const [admin, agent, supervisor, requester, analyst] = [
    await sign('admin'),
    await sign('agent'),
    await sign('supervisor'),
    await sign('requester'),
    await sign('analyst'),
  ];
  for (const departmentId of ['billing', 'technical'])
    await admin.post('/routing/v1/departments', { departmentId, name: departmentId });

  const ids: string[] = [];
  for (let i = 0; i < 12; i++) {
    const departmentId = i % 3 === 0 ? 'technical' : 'billing';
    const opened = await requester.post('/intake/v1/tickets', {
      subject: `Matter number ${i}`,
      body: 'Please help.',
      channel: i % 2 ? 'portal' : 'email',
      departmentId,
    });
    ids.push(String(opened['ticketId']));
  }
  // The policy queues what intake opened: routing's own view says when.
  for (const id of ids) await agent.get(`/routing/v1/tickets/${id}`, requester.seen);

  const claims = await Promise.all(
    [agent, supervisor].map((one) => one.post(`/routing/v1/tickets/${ids[0]}/claim`, {}, [200, 409])),
  );
  for (const id of ids.slice(1, 9)) await agent.post(`/routing/v1/tickets/${id}/claim`);
  for (const id of ids.slice(1, 3))
    await agent.post(`/routing/v1/tickets/${id}/transfers`, {
      toDepartmentId: 'technical',
      reason: 'wrong-department',
    });
  await agent.post(`/routing/v1/tickets/${ids[1]}/transfers`, { toDepartmentId: 'billing', reason: 'back' });
  for (const id of ids.slice(4, 8)) await agent.post(`/routing/v1/tickets/${id}/replies`, { body: 'Try this.' });
  for (const id of ids.slice(4, 8)) await agent.post(`/routing/v1/tickets/${id}/resolve`);
  await agent.post(`/routing/v1/tickets/${ids[4]}/reopen`, { reason: 'Not solved.' });
  await agent.post(`/intake/v1/tickets/${ids[10]}/spam`);
  await agent.post(`/intake/v1/tickets/${ids[11]}/merge`, { intoTicketId: ids[9] });

  const after = {
    ...requester.seen,
    ...agent.seen,
    intake: Math.max(requester.seen['intake'] ?? 0, agent.seen['intake'] ?? 0),
  };
  const kpis: Record<string, unknown> = {};
  for (const kpi of figures) {
    const { value, groups } = await analyst.get<KpiAnswer>(`/analytics/v1/kpis/${kpi}?groupBy=department`, after);
    kpis[kpi] = { value, groups: Object.fromEntries(groups.map(({ key, value: inGroup }) => [String(key), inGroup])) };
  }
  const codes = claims.map((answer) => (answer['code'] === undefined ? 200 : 409)).sort((a, b) => a - b);
  return { claims: codes, kpis };
}

const figures = [
  'tickets-opened',
  'net-tickets',
  'tickets-resolved',
  'resolution-rate',
  'response-rate',
  'transfers-per-ticket',
  'ping-pong-rate',
  'reopen-rate',
  'one-touch-rate',
  'messages-per-ticket',
  'backlog',
];
