import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { type LiveClient, notFound, Public, sse } from '../index.js';
import { startTestHost, type TestHost } from '../testing/index.js';

let arrived: PromiseWithResolvers<LiveClient>;
let left: PromiseWithResolvers<void>;

@Public()
@Controller('live/v1')
class LiveHttp {
  @Get('stream')
  stream(): unknown {
    return sse(
      (client) => {
        arrived.resolve(client);
        return () => left.resolve();
      },
      { heartbeatMs: 20, maxBufferedBytes: 100_000 },
    );
  }

  @Get('missing')
  missing(): unknown {
    throw notFound('unknown-department', 'There is no such department.');
  }

  @Get('broken')
  broken(): unknown {
    return sse(() => {
      throw new Error('the source is broken');
    });
  }
}

@Module({ controllers: [LiveHttp] })
class LiveModule {}

describe('a live stream', () => {
  let test: TestHost;
  beforeAll(async () => {
    test = await startTestHost([{ name: 'live', module: LiveModule }]);
  });
  afterAll(() => test.stop());
  beforeEach(() => {
    [arrived, left] = [Promise.withResolvers(), Promise.withResolvers()];
  });

  async function readUntil(response: Response, pattern: RegExp): Promise<string> {
    const reader = response.body!.getReader();
    let text = '';
    while (!pattern.test(text)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += Buffer.from(value).toString();
    }
    await reader.cancel();
    return text;
  }

  it('sends events with ids and names, and heartbeats', async () => {
    const response = await fetch(`${test.url}/live/v1/stream`, { headers: { 'last-event-id': '41' } });
    const client = await arrived.promise;
    expect(client.lastEventId).toBe('41');
    client.send({ id: '42', event: 'changed\ndata: forged', data: { text: 'two\nlines' } });
    const text = await readUntil(response, /id: 42[^]*: heartbeat\n\n/); // there may be one before it
    expect(text).toContain('id: 42\nevent: changeddata: forged\ndata: {"text":"two\\nlines"}\n\n');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    await left.promise;
    expect(client.send({ data: 1 })).toBe(false);
  });

  it('answers a problem while there is no stream yet', async () =>
    expect(await test.call('/live/v1/missing')).toMatchObject({ status: 404, body: { code: 'unknown-department' } }));

  it('ends when its source breaks', async () => {
    const response = await fetch(`${test.url}/live/v1/broken`);
    expect(await response.text()).toContain(': open');
  });

  it('disconnects a client that does not read', async () => {
    const socket = connect(test.host.port, '127.0.0.1');
    socket.pause();
    socket.write('GET /live/v1/stream HTTP/1.1\r\nhost: x\r\n\r\n');
    const client = await arrived.promise;
    const data = 'x'.repeat(10_000);
    let sent = 0;
    while (client.send({ data }) && sent < 10_000) {
      sent += 1;
      // Lets the socket take what it can, as it would between two real events.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await left.promise;
    expect(sent).toBeLessThan(10_000);
    socket.destroy();
  });
});
