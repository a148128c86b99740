import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { DomainError } from '@guichet/event-sourcing';
import { Ctx, type LiveAnswer, RequestContext } from '@guichet/http-host';
import { type LiveConnection, openLive, startTestHost, type TestHost } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { Controller, Get, Headers, Module, Query } from '@nestjs/common';
import { Changes } from './changes.js';
import type { LiveView } from './live-view.js';
import { LiveViews } from './live-views.runtime.js';

/** What is watched: one number for each name, and how often it was looked at. */
class Numbers {
  readonly changes = new Changes();
  readonly values = new Map<string, number>();
  readonly looks: string[] = [];
  inProgress = 0;
  mostInProgress = 0;
  /** What each look waits for. */
  gate: Promise<void> = Promise.resolve();
  /** Whether who comes is told the newest value, which the view itself may come to later. */
  isNewestFirst = false;
  /** Bytes that every event carries along. */
  ballast = '';

  async look(tenantId: string, name: string): Promise<number> {
    this.inProgress += 1;
    this.mostInProgress = Math.max(this.mostInProgress, this.inProgress);
    this.looks.push(`${tenantId} ${name}`);
    await this.gate;
    this.inProgress -= 1;
    if (name === 'hidden') throw new DomainError('unknown-number', 'There is no such number.', {}, 'unknown');
    return this.values.get(name) ?? 0;
  }

  set(tenantId: string, name: string, value: number): void {
    this.values.set(name, value);
    this.changes.announce(tenantId, [name]);
  }

  view(tenantId: string, name: string, right: string): LiveView<number> {
    const eventOf = (value: number) => ({ id: String(value), event: 'number', data: { value, ballast: this.ballast } });
    return {
      tenantId,
      key: `${name}/${right}`,
      listen: (changed) => this.changes.listen(tenantId, name, changed),
      begin: (turn) => turn(() => this.look(tenantId, name)),
      news: async (value, turn) => {
        const now = await turn(() => this.look(tenantId, name));
        return now === value ? undefined : { state: now, events: [eventOf(now)] };
      },
      welcome: async (value, lastEventId) => {
        const told = this.isNewestFirst ? (this.values.get(name) ?? value) : value;
        return lastEventId === String(told) ? [] : [eventOf(told)];
      },
      includes: (told, id) => Number(told) >= Number(id),
    };
  }
}
let numbers: Numbers;

@Controller('numbers/v1')
class NumbersHttp {
  constructor(private readonly live: LiveViews) {}

  @Get('live')
  watch(
    @Query('name') name: string,
    @Query('right') right: string,
    @Headers('x-from') from: string | undefined,
    @Ctx() ctx: RequestContext,
  ): Promise<LiveAnswer> {
    return this.live.open(ctx, numbers.view(ctx.tenantId, name, right ?? 'all'), from);
  }
  @Get('number')
  async read(@Query('name') name: string): Promise<object> {
    return { value: numbers.values.get(name) };
  }
}

@Module({ controllers: [NumbersHttp], providers: [LiveViews] })
class NumbersModule {}

const [acme, rival] = ['7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01', '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02'];

interface Watching {
  readonly tenantId?: string;
  readonly subject?: string;
  readonly query?: string;
  readonly lastEventId?: string;
  /** Unix seconds. */
  readonly expiresAt?: number;
}

describe('live views', () => {
  let test: TestHost;
  let open: LiveConnection[];
  const start = async (settings: object = {}) => {
    test = await startTestHost([{ name: 'numbers', module: NumbersModule }], settings);
  };
  beforeEach(() => {
    [numbers, open] = [new Numbers(), []];
  });
  afterEach(async () => {
    await test.stop();
    await Promise.all(open.map((connection) => connection.close()));
  });

  async function watch(name: string, asked: Watching = {}): Promise<LiveConnection> {
    const { tenantId = acme, subject = 'ada', query = '', lastEventId, expiresAt } = asked;
    const token = await test.issuer.token({ tenantId, subject }, expiresAt === undefined ? {} : { expiresAt });
    const url = `${test.url}/numbers/v1/live?name=${name}${query}`;
    const connection = await openLive(url, { token, ...(lastEventId === undefined ? {} : { lastEventId }) });
    open.push(connection);
    return connection;
  }
  const told = ({ events }: LiveConnection) =>
    events.filter(({ event }) => event === 'number').map(({ data }) => (data as { value?: number }).value);
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${test.url}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1]);
  };

  it('look once for all who ask the same, and tell each of them', async () => {
    await start();
    const watchers = await Promise.all(Array.from({ length: 20 }, (_, i) => watch('x', { subject: `person ${i}` })));
    await until('the first value', () => watchers.every((one) => told(one).length === 1));
    expect(numbers.looks).toHaveLength(1);
    numbers.set(acme, 'x', 7);
    await until('the second value', () => watchers.every((one) => told(one).at(-1) === 7));
    expect(numbers.looks).toHaveLength(2);
  });

  it('look for each tenant, question and right apart', async () => {
    await start();
    await Promise.all([watch('x'), watch('y'), watch('x', { tenantId: rival }), watch('x', { query: '&right=own' })]);
    expect(numbers.looks).toHaveLength(4);
  });

  it('tell nothing again to a client that has seen it, and what it missed to one that has not', async () => {
    await start();
    numbers.values.set('x', 3);
    const [knowing, late] = [await watch('x', { lastEventId: '3' }), await watch('x', { lastEventId: '2' })];
    await until('what was missed', () => told(late).length === 1);
    numbers.set(acme, 'x', 4);
    await until('the change', () => told(knowing).length === 1);
    expect([told(knowing), told(late)]).toEqual([[4], [3, 4]]);
  });

  it('tell nobody twice what they were told when they came, though the view comes to it later', async () => {
    numbers.isNewestFirst = true;
    await start();
    const first = await watch('x');
    await until('the first value', () => told(first).length === 1);
    const gate = Promise.withResolvers<void>();
    numbers.gate = gate.promise;
    const looks = numbers.looks.length;
    numbers.set(acme, 'x', 1);
    await until('a look that waits', () => numbers.looks.length > looks);
    const [late, back] = [await watch('x'), await watch('x', { lastEventId: '1' })];
    await until('the newest value', () => told(late).length === 1);
    gate.resolve();
    await until('the change', () => told(first).length === 2);
    numbers.set(acme, 'x', 2);
    await until('the next change', () => [first, late, back].every((one) => told(one).at(-1) === 2));
    expect([told(first), told(late), told(back)]).toEqual([[0, 1, 2], [1, 2], [2]]);
  });

  it('answer the problem of a question that cannot be watched', async () => {
    await start();
    const answer = await test.call('/numbers/v1/live?name=hidden', { as: { tenantId: acme } });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown-number' } });
    expect(await test.call('/numbers/v1/live?name=hidden', { as: { tenantId: acme } })).toMatchObject({ status: 404 });
  });

  it('end where they have nothing to tell any more', async () => {
    await start();
    const connection = await watch('x');
    await until('the first value', () => told(connection).length === 1);
    const look = numbers.look.bind(numbers);
    numbers.look = (tenantId) => look(tenantId, 'hidden');
    numbers.set(acme, 'x', 1);
    await connection.ended;
    expect(told(connection)).toEqual([0]);
  });

  it('show a client what it has written, though others have been watching', async () => {
    await start();
    const first = await watch('x');
    await until('the first value', () => told(first).length === 1);
    numbers.values.set('x', 5); // nobody has been told of it yet
    const connection = await watch('x', { query: '&after=numbers=1' });
    await until('a value', () => told(connection).length > 0);
    expect(told(connection)[0]).toBe(5);
  });

  it('take one of a tenant’s places at a time, however many questions are watched, and leave the others free', async () => {
    await start({ requestsInProgress: 4, requestsInProgressPerTenant: 2 });
    await Promise.all(Array.from({ length: 30 }, (_, i) => watch(`n${i}`)));
    const gate = Promise.withResolvers<void>();
    numbers.gate = gate.promise;
    numbers.looks.length = 0;
    numbers.mostInProgress = 0;
    for (let i = 0; i < 30; i++) numbers.set(acme, `n${i}`, 1);
    await until('the first look', () => numbers.looks.length > 0);
    expect(await metric('guichet_requests_in_progress')).toBe(1);
    // The same tenant and another one are answered meanwhile.
    expect(await test.call('/numbers/v1/number?name=n0', { as: { tenantId: acme } })).toMatchObject({ status: 200 });
    expect(await test.call('/numbers/v1/number?name=n0', { as: { tenantId: rival } })).toMatchObject({ status: 200 });
    gate.resolve();
    await until('all values', () => open.every((one) => told(one).at(-1) === 1));
    expect(numbers.mostInProgress).toBe(1);
  });

  it('are not one client’s alone: it is refused, its tenant is not; a place that becomes free is given again', async () => {
    await start({ liveStreamsPerClient: 3, liveStreamsPerTenant: 5 });
    for (let i = 0; i < 3; i++) await watch('x', { subject: 'greedy' });
    const ask = (subject: string) => test.call('/numbers/v1/live?name=y', { as: { tenantId: acme, subject } });
    expect(await ask('greedy')).toMatchObject({ status: 429, body: { limit: 'client-streams' } });
    expect(numbers.looks).toHaveLength(1); // nothing was looked up for the one too many
    await watch('x', { subject: 'modest' });
    await watch('x', { subject: 'other' });
    expect(await ask('last')).toMatchObject({ status: 429, body: { limit: 'streams' } });
    await watch('x', { subject: 'last', tenantId: rival });
    await open.shift()!.close();
    await until('a free place', async () => (await metric('guichet_http_live_streams')) === 5);
    await watch('x', { subject: 'greedy' });
  });

  it('end with the token, and say why', async () => {
    await start();
    const connection = await watch('x', { expiresAt: Math.floor(Date.now() / 1000) + 2 });
    await until('the first value', () => told(connection).length === 1);
    await connection.ended;
    expect(connection.events.at(-1)).toMatchObject({ event: 'ended', data: { reason: 'token-expired' } });
    numbers.set(acme, 'x', 9);
    expect(told(connection)).toEqual([0]);
  });

  it('tell a client that reads slowly the newest once it has read what it was sent', async () => {
    await start();
    numbers.ballast = 'x'.repeat(3_000_000);
    const token = await test.issuer.token({ tenantId: acme });
    const socket = connect(test.host.port, '127.0.0.1');
    socket.pause();
    socket.write(`GET /numbers/v1/live?name=x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
    const quick = await watch('x');
    await until('the first value', () => told(quick).length === 1);
    for (let value = 1; value <= 10; value++) {
      numbers.set(acme, 'x', value);
      await until(`value ${value}`, () => told(quick).at(-1) === value);
    }
    const read = await valuesUntil(socket, 10);
    expect(read[0]).toBe(0);
    expect(read.at(-1)).toBe(10);
    expect(read.length).toBeLessThan(6);
    socket.destroy();
  }, 20_000);

  /** The values a raw connection is told, until this one. */
  async function valuesUntil(socket: Socket, last: number): Promise<number[]> {
    const values: number[] = [];
    let text = '';
    socket.on('data', (bytes) => {
      text = text.slice(-20) + bytes.toString('latin1');
      for (const [, value] of text.matchAll(/"value":(\d+),/g)) values.push(Number(value));
    });
    socket.resume();
    while (values.at(-1) !== last) await once(socket, 'data');
    return [...new Set(values)];
  }
});
