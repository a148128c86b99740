import { connect } from 'node:net';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { awaitPositions, Ctx, type LiveAnswer, type RequestContext, sse, Text } from '../index.js';
import { startTestHost, type TestHost } from '../testing/index.js';

/** What handlers wait for, opened by the test. */
class Doors {
  private waiting: (() => void)[] = [];
  get count(): number {
    return this.waiting.length;
  }
  pass = (): Promise<void> => new Promise((resolve) => this.waiting.push(resolve));
  open(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
const doors = new Doors();

class ThingBody {
  @Text({ max: 10 }) text!: string;
}

@Controller('things/v1')
class ThingsHttp {
  @Get('quick')
  quick(): object {
    return {};
  }
  @Get('slow')
  async slow(): Promise<object> {
    await doors.pass();
    return {};
  }
  @Get('caught-up')
  async caughtUp(@Ctx() ctx: RequestContext): Promise<object> {
    await awaitPositions(ctx, { things: () => doors.pass().then(() => true) });
    return {};
  }
  @Get('broken')
  broken(): never {
    throw new Error('broken');
  }
  @Get('live')
  live(): LiveAnswer {
    return sse(() => () => undefined);
  }
  @Get('operations/slow')
  operate(): object {
    return {};
  }
  @Post('things')
  make(@Body() _body: ThingBody): object {
    return {};
  }
}

@Module({ controllers: [ThingsHttp] })
class ThingsModule {}

const [noisy, calm] = ['7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01', '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02'];
const one = { requestsInProgress: 1, requestsInProgressPerTenant: 1 };
const two = { requestsInProgress: 2, requestsInProgressPerTenant: 1 };

describe('places among the requests in progress', () => {
  let test: TestHost;
  const start = async (settings: object) =>
    (test = await startTestHost([{ name: 'things', module: ThingsModule }], settings));
  afterEach(async () => {
    doors.open();
    await test.stop();
  });

  const statusOf = async (path: string, tenantId: string, headers: Record<string, string> = {}): Promise<number> =>
    (await test.call(`/things/v1/${path}`, { as: { tenantId }, headers })).status;
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${test.url}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1]);
  };
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 10_000; !(await isSo()); await new Promise((done) => setTimeout(done, 5)))
      if (Date.now() > deadline) throw new Error('That does not come about.');
  };
  const waiting = (count: number) => until(async () => (await metric('guichet_requests_waiting')) === count);

  it('are kept for other tenants, whatever one tenant asks; health and metrics need none', async () => {
    await start(two);
    const burst = Array.from({ length: 20 }, () => statusOf('slow', noisy));
    await waiting(19);
    expect(doors.count).toBe(1);
    expect(await statusOf('quick', calm)).toBe(200);
    expect(await statusOf('operations/slow', noisy)).toBe(200);
    expect((await fetch(`${test.url}/health/ready`)).status).toBe(200);
    const done = Promise.all(burst);
    const opening = setInterval(() => doors.open(), 2);
    expect(new Set(await done)).toEqual(new Set([200]));
    clearInterval(opening);
    expect([await metric('guichet_requests_in_progress'), await metric('guichet_requests_waiting')]).toEqual([0, 0]);
    expect(await metric('guichet_request_wait_seconds_count')).toBe(21);
  });

  it('are waited for by so many of a tenant; one more is refused', async () => {
    await start({ ...two, requestsWaitingPerTenant: 2 });
    const burst = Array.from({ length: 3 }, () => statusOf('slow', noisy));
    await waiting(2);
    const refused = await test.call('/things/v1/quick', { as: { tenantId: noisy } });
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests', limit: 'queue' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await statusOf('quick', calm)).toBe(200);
    const opening = setInterval(() => doors.open(), 2);
    expect(await Promise.all(burst)).toEqual([200, 200, 200]);
    clearInterval(opening);
  });

  it('are waited for by so many in all; the longest queue gives one up', async () => {
    await start({ ...one, requestsWaiting: 2 });
    const burst = [statusOf('slow', noisy)];
    await until(() => doors.count === 1);
    burst.push(statusOf('slow', noisy));
    await waiting(1);
    const last = test.call('/things/v1/slow', { as: { tenantId: noisy } });
    await waiting(2);
    const late = statusOf('quick', calm);
    expect(await last).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    const opening = setInterval(() => doors.open(), 2);
    expect([await late, ...(await Promise.all(burst))]).toEqual([200, 200, 200]);
    clearInterval(opening);
  });

  it('are given back by errors, and by what is not there', async () => {
    await start(one);
    for (const path of ['broken', 'nowhere', 'broken', 'quick']) await statusOf(path, noisy);
    expect((await test.call('/things/v1/things', { as: { tenantId: noisy }, rawBody: '{' })).status).toBe(400);
    expect((await test.call('/things/v1/quick', { token: 'x.y.z' })).status).toBe(401);
    expect(await metric('guichet_requests_in_progress')).toBe(0);
  });

  it('are not held by a live stream that is open', async () => {
    await start(one);
    const ended = new AbortController();
    const headers = { authorization: `Bearer ${await test.issuer.token({ tenantId: noisy })}` };
    const stream = await fetch(`${test.url}/things/v1/live`, { headers, signal: ended.signal });
    expect(stream.status).toBe(200);
    expect(await statusOf('quick', noisy)).toBe(200);
    ended.abort();
  });

  it('are not held by who waits for a read model; it goes on in its turn', async () => {
    await start(one);
    const late = statusOf('caught-up', noisy, { 'guichet-after': 'things=7' });
    await until(() => doors.count === 1);
    expect(await statusOf('quick', noisy)).toBe(200);
    doors.open();
    expect(await late).toBe(200);
    expect(await metric('guichet_requests_in_progress')).toBe(0);
  });

  it('are not held by who sends its body slowly', async () => {
    await start(one);
    const token = await test.issuer.token({ tenantId: noisy });
    const socket = connect(test.host.port, '127.0.0.1');
    const head = [
      'POST /things/v1/things HTTP/1.1',
      'host: x',
      `authorization: Bearer ${token}`,
      'content-type: application/json',
      'content-length: 12',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"text`);
    await new Promise((done) => setTimeout(done, 50));
    expect(await statusOf('quick', noisy)).toBe(200);
    const answer = new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    socket.write('":"x"}');
    expect(await answer).toContain('201 Created');
    socket.destroy();
  });

  it('are not waited for by who has gone, and held by work whose client has gone', async () => {
    await start(one);
    const [first, second] = [new AbortController(), new AbortController()];
    const headers = { authorization: `Bearer ${await test.issuer.token({ tenantId: noisy })}` };
    const slow = (signal: AbortSignal) => fetch(`${test.url}/things/v1/slow`, { headers, signal }).catch(() => 'gone');
    const asked = [slow(first.signal)];
    await until(() => doors.count === 1);
    asked.push(slow(second.signal));
    await waiting(1);
    first.abort();
    second.abort();
    await waiting(0);
    expect(await Promise.all(asked)).toEqual(['gone', 'gone']);
    expect(await metric('guichet_requests_abandoned_total')).toBe(1);
    expect(await metric('guichet_requests_in_progress')).toBe(1);
    doors.open();
    await until(async () => (await metric('guichet_requests_in_progress')) === 0);
  });
});
