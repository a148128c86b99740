/** Live streams of two tenants whose departments, agents and KPIs are called alike. */
import { until } from '@guichet/testing';
import { Tenant } from './tenant.js';
import { startWholeProduct, type WholeProduct } from './whole-product.js';

let product: WholeProduct;
let acme: Tenant;
let rival: Tenant;
const streams: LiveStream[] = [];

/** What a client of a live stream has heard. */
class LiveStream {
  text = '';
  private readonly controller = new AbortController();

  static async open(path: string, token: string): Promise<LiveStream> {
    const stream = new LiveStream();
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${product.host.url}${path}`, { headers, signal: stream.controller.signal });
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    void stream.listen(response);
    streams.push(stream);
    return stream;
  }

  close(): void {
    this.controller.abort();
  }

  private async listen({ body }: Response): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body ?? []) this.text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // It was closed.
    }
  }
}

beforeAll(async () => {
  product = await startWholeProduct();
  [acme, rival] = [await Tenant.create(product, 'acme'), await Tenant.create(product, 'rival')];
  for (const tenant of [acme, rival])
    await tenant.post('/routing/v1/departments', { departmentId: 'billing', name: tenant.marker });
}, 60_000);
afterAll(async () => {
  streams.forEach((stream) => stream.close());
  await product.stop();
});

it('tell a tenant of its own changes only', async () => {
  const paths = ['/routing/v1/departments/billing/queue/live', '/analytics/v1/kpis/live?kpis=tickets-opened,backlog'];
  const open = async (tenant: Tenant) => {
    const token = await product.host.issuer.token(tenant.caller('admin'));
    return Promise.all(paths.map((path) => LiveStream.open(path, token)));
  };
  const [ours = [], theirs = []] = [await open(acme), await open(rival)];
  await until('every stream has begun', () => streams.every(({ text }) => text.includes('\ndata: ')));

  const ticket = { subject: acme.marker, body: acme.marker, channel: 'portal', departmentId: 'billing' };
  const { ticketId } = await acme.post('/intake/v1/tickets', ticket);
  const [queue, kpis] = ours;
  await until('our queue tells of it', () => queue?.text.includes(String(ticketId)), 20_000);
  await until('our figures have changed', () => kpis?.text.includes('"value":1'), 20_000);

  // A change of theirs, after ours: what was to come to them from ours has come by now.
  const mine = await rival.post('/intake/v1/tickets', { ...ticket, subject: rival.marker, body: rival.marker });
  const [theirQueue, theirKpis] = theirs;
  await until('their queue tells of theirs', () => theirQueue?.text.includes(String(mine['ticketId'])), 20_000);
  await until('their figures have changed', () => theirKpis?.text.includes('"value":1'), 20_000);
  for (const { text } of theirs) {
    expect(text).not.toContain(acme.marker);
    expect(text).not.toContain(String(ticketId));
    expect(text).not.toContain('"value":2');
  }
  // One ticket waits: theirs.
  expect(theirQueue?.text).toContain('"waiting":1');
  expect(theirQueue?.text).not.toContain('"waiting":2');
}, 90_000);

it('of a tenant are limited in number, and only that tenant’s', async () => {
  const path = '/analytics/v1/kpis/live?kpis=tickets-opened';
  const limited = await startWholeProduct({ liveStreamsPerTenant: 2 });
  const [one, other] = [await Tenant.create(limited, 'one'), await Tenant.create(limited, 'other')];
  const controller = new AbortController();
  // A stream that nobody holds any more is closed by the garbage collector.
  const open: Response[] = [];
  const ask = async (tenant: Tenant) => {
    const token = await limited.host.issuer.token(tenant.caller('admin'));
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${limited.host.url}${path}`, { headers, signal: controller.signal });
    open.push(answer);
    return answer;
  };
  expect([(await ask(one)).status, (await ask(one)).status]).toEqual([200, 200]);
  const refused = await ask(one);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
  expect(await refused.json()).toMatchObject({ status: 429, code: 'too-many-requests', limit: 'streams' });
  expect((await ask(other)).status).toBe(200);
  expect(open).toHaveLength(4);
  controller.abort();
  const again = new AbortController();
  const token = await limited.host.issuer.token(one.caller('admin'));
  await until(
    'there is room again',
    async () => {
      const { status } = await fetch(`${limited.host.url}${path}`, {
        headers: { authorization: `Bearer ${token}` },
        signal: again.signal,
      });
      return status === 200;
    },
    30_000,
  );
  again.abort();
  await limited.stop();
}, 120_000);
