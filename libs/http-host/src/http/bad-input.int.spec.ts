/** What a host does with bytes, headers and clients that mean no good, below any service of ours. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { until } from '@guichet/testing';
import { IntField, type LiveClient, NestedList, Public, sse, Text } from '../index.js';
import { startTestHost, type TestHost, type TestRequest } from '../testing/index.js';
import { LiveStreams } from './sse.js';

class Item {
  @Text({ max: 10 }) text!: string;
}
class ThingBody {
  @Text({ max: 300 }) subject!: string;
  @IntField({ optional: true }) seconds?: number;
  @NestedList(() => Item, { optional: true, list: { max: 2 } }) items?: Item[];
}

/** Bodies that reached the handler. */
let taken: unknown[] = [];
const clients = new Set<LiveClient>();

@Controller('things/v1')
class ThingsHttp {
  @Post('things')
  make(@Body() body: ThingBody): object {
    taken.push(body);
    return { length: body.subject.length };
  }

  @Get('sql/:state')
  sql(@Param('state') code: string): never {
    throw Object.assign(new Error(`statement "select secret" failed`), { code, severity: 'ERROR' });
  }

  @Public()
  @Get('live')
  live(): unknown {
    return sse((client) => {
      clients.add(client);
      return () => void clients.delete(client);
    });
  }
}
@Module({ controllers: [ThingsHttp] })
class ThingsModule {}

let test: TestHost;
beforeAll(async () => {
  test = await startTestHost([{ name: 'things', module: ThingsModule }]);
});
afterAll(() => test.stop());
beforeEach(() => void (taken = []));

const as = { roles: ['agent'] } as const;
const post = (rawBody: NonNullable<TestRequest['rawBody']>, more: TestRequest = {}) =>
  test.call('/things/v1/things', { as, rawBody, ...more });

describe('whoever has no token learns nothing but that', () => {
  it.each([
    ['broken JSON', '{"subject":', {}],
    ['a list', '[]', {}],
    ['a lone surrogate', '{"subject":"\\ud800"}', {}],
    ['an unknown field', '{"colour":1}', {}],
    ['another content type', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a compressed body', '{}', { 'content-encoding': 'gzip' }],
    ['nothing wrong', '{"subject":"x"}', {}],
  ])('whatever comes with it: %s', async (_what, rawBody, headers) => {
    const answer = await test.call('/things/v1/things', { rawBody, headers });
    expect(answer).toMatchObject({ status: 401, body: { code: 'not-authenticated' } });
    expect(taken).toEqual([]);
  });
});

describe('a body', () => {
  it.each([
    ['the same field twice', '{"subject":"a","subject":"b"}'],
    ['the same field twice, once escaped', '{"subject":"a","\\u0073ubject":"b"}'],
    ['the same field twice, deep inside', '{"subject":"a","items":[{"text":"b","text":"c"}]}'],
  ])('with %s is refused', async (_what, raw) => {
    expect(await post(raw)).toMatchObject({ status: 400, body: { code: 'malformed-body' } });
    expect(taken).toEqual([]);
  });

  it('may hold anything that looks like a field within its text', async () => {
    const subject = 'a":"b","c\\":{"d": "\\" ﷽ \u202eright to left\u202c 🎫';
    expect(await test.call('/things/v1/things', { as, body: { subject, items: [{ text: ':":' }] } })).toMatchObject({
      status: 201,
      body: { length: subject.length },
    });
  });

  it.each([
    ['gzip', gzipSync('{"subject":"x"}'), { 'content-encoding': 'gzip' }],
    ['a bomb of gzip', gzipSync(Buffer.alloc(64 << 20)), { 'content-encoding': 'gzip' }],
    ['Latin 1', Buffer.from('{"subject":"é"}', 'latin1'), { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['UTF-16', Buffer.from('{"subject":"x"}', 'utf16le'), { 'content-type': 'application/json;charset="utf-16"' }],
    ['of no type', Buffer.from('{"subject":"x"}'), { 'content-type': '' }],
  ])('in %s is refused unread', async (_what, bytes, headers) => {
    expect(await post(new Uint8Array(bytes), { headers })).toMatchObject({
      status: 415,
      body: { code: 'unsupported-media-type' },
    });
    expect(taken).toEqual([]);
  });

  it.each(['9007199254740993', '1e16', '-1', '1.5', '1e400'])(
    'does not pass %s for a whole number',
    async (seconds) => {
      expect(await post(`{"subject":"x","seconds":${seconds}}`)).toMatchObject({ status: 400 });
      expect(taken).toEqual([]);
    },
  );

  it('of 2 MiB is refused, with a length and without', async () => {
    const large = JSON.stringify({ subject: 'x'.repeat(2 << 20) });
    expect(await post(large)).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
    const token = await test.issuer.token(as);
    const head = `POST /things/v1/things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const answer = await raw([head, `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`]);
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*"code":"body-too-large"/s);
    expect(taken).toEqual([]);
  });
});

/**
 * Sends bytes as they are; answers what came back until the end of the connection, or until there is a whole problem.
 */
async function raw(parts: readonly string[]): Promise<string> {
  const socket = connect(test.host.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined); // the host may close while we still send; what it said is in `text`
  for (const part of parts) socket.write(part);
  await until('an answer', () => /"correlationId":"[^"]+"\}/.test(text) || socket.destroyed);
  socket.destroy();
  return text;
}

it.each([
  ['one header of 64 KiB', `x-large: ${'x'.repeat(64 << 10)}\r\n`],
  ['64 KiB of headers', Array.from({ length: 1024 }, (_, i) => `x-${i}: ${'x'.repeat(56)}\r\n`).join('')],
])('%s is refused as a problem', async (_what, headers) =>
  expect(await raw([`GET /things/v1/things HTTP/1.1\r\nhost: x\r\n${headers}\r\n`])).toMatch(
    /^HTTP\/1\.1 431 .*application\/problem\+json.*"code":"headers-too-large"/s,
  ),
);

it.each([
  ['bytes that are no HTTP', '\u0000\u0001\u0002\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
  ['a length and chunks', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n'],
])('%s are refused as a problem', async (_what, bytes) =>
  expect(await raw([bytes])).toMatch(/^HTTP\/1\.1 400 .*"code":"malformed-http"/s),
);

it.each([
  ['headers', 'POST /things/v1/things HTTP/1.1\r\nhost: x\r\n'],
  [
    'a body',
    'POST /things/v1/things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n',
  ],
])('%s that come a byte at a time are given up', async (_what, head) => {
  const server = test.host.app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
  const { requestTimeout, headersTimeout } = server;
  expect({ requestTimeout, isBounded: headersTimeout <= requestTimeout }).toEqual({
    requestTimeout: 60_000,
    isBounded: true,
  });
  // The same clock, turned faster.
  [server.requestTimeout, server.headersTimeout] = [500, 500];
  const socket = connect(test.host.port, '127.0.0.1');
  const dripping = setInterval(() => socket.write('x'), 50);
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined); // writing to a connection that was given up
  socket.write(head);
  try {
    await until('the end of the connection', () => socket.closed);
    expect(text).toMatch(/^HTTP\/1\.1 408 .*"code":"request-timeout"/s);
  } finally {
    clearInterval(dripping);
    socket.destroy();
    [server.requestTimeout, server.headersTimeout] = [requestTimeout, headersTimeout];
  }
});

it.each([
  ['08006', 503],
  ['57P01', 503],
  ['53300', 503],
  ['EAI_AGAIN', 503],
  // What our own statement did wrong does not pass by trying again.
  ['42P18', 500],
  ['08P01', 500],
  ['42703', 500],
  ['22P05', 500],
])('an error %s of the database is answered %i, and not told', async (state, status) => {
  const answer = await test.call(`/things/v1/sql/${state}`, { as });
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).not.toMatch(/secret|select|42P18/);
});

/** Bytes that something still refers to: unlike RSS, the same however lazily the machine collects. */
function memoryHeld(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a thousand live streams', () => {
  const [count, slowCount] = [1_000, 20];
  const sockets: Socket[] = [];
  afterAll(() => sockets.forEach((socket) => socket.destroy()));
  const isSlow = ({ lastEventId }: LiveClient) => lastEventId === 'slow';

  it('are served, those that never read are cut off, and memory comes back', async () => {
    let told = 0;
    for (let i = 0; i < count; i++) {
      const socket = connect(test.host.port, '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined); // being cut off is what is tested
      await once(socket, 'connect');
      const slow = i < slowCount;
      if (slow) socket.pause();
      else socket.on('data', (chunk) => (told += chunk.toString().split('id: news').length - 1));
      socket.write(`GET /things/v1/live HTTP/1.1\r\nhost: x\r\n${slow ? 'last-event-id: slow\r\n' : ''}\r\n`);
    }
    await until('all streams', () => clients.size === count);
    expect(test.host.app.get(LiveStreams).count).toBe(count);

    const before = memoryHeld();
    const data = 'x'.repeat(64 << 10);
    // As much as the buffers on both sides of a connection can hold, and then some.
    for (let sent = 0; sent < 16 << 20 && clients.size > count - slowCount; sent += data.length) {
      for (const client of [...clients].filter(isSlow)) client.send({ data });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(clients.size).toBe(count - slowCount);
    for (const client of clients) client.send({ id: 'news', data: 'for those who read' });
    await until('everybody who reads to be told', () => told === count - slowCount);
    // What waited for the twenty that were cut off would be more.
    expect(memoryHeld() - before).toBeLessThan(8 << 20);

    sockets.forEach((socket) => socket.destroy());
    await until('nobody', () => clients.size === 0 && test.host.app.get(LiveStreams).count === 0);
    expect((await test.call('/health/ready')).status).toBe(200);
  }, 60_000);
});
