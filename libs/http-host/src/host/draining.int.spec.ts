import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { Public, sse, Text } from '../index.js';
import { type LiveConnection, openLive, startTestHost, type TestHost } from '../testing/index.js';

class Word {
  @Text({ max: 10 }) word!: string;
}

@Public()
@Controller('served/v1')
class ServedHttp {
  static letGo = Promise.withResolvers<void>();

  @Get('answer')
  answer(): object {
    return { served: true };
  }

  @Get('slow')
  async slow(): Promise<object> {
    await ServedHttp.letGo.promise;
    return { served: true };
  }

  @Post('words')
  say(@Body() { word }: Word): object {
    return { word };
  }

  @Get('live')
  live(): unknown {
    return sse((client) => {
      client.send({ id: client.lastEventId ?? '1', data: {} });
      return () => undefined;
    });
  }
}

@Module({ controllers: [ServedHttp] })
class ServedModule {}

const token = 'none is asked for';
const delaySeconds = 1;

describe('a host that is about to stop', () => {
  let test: TestHost;
  let stopped: Promise<void>;
  const opened: LiveConnection[] = [];
  beforeEach(async () => {
    ServedHttp.letGo = Promise.withResolvers();
    test = await startTestHost([{ name: 'served', module: ServedModule }], { shutdownDelaySeconds: delaySeconds });
  });
  afterEach(async () => {
    await test.host.stop({ atOnce: true });
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  const stop = (): void => {
    stopped = test.stop();
  };
  const live = async (lastEventId?: string) => {
    const options = { token, ...(lastEventId === undefined ? {} : { lastEventId }) };
    const connection = await openLive(`${test.url}/served/v1/live`, options);
    opened.push(connection);
    return connection;
  };

  it('is not ready at once, is alive, and goes on serving for the delay', async () => {
    const began = performance.now();
    stop();
    const ready = await test.call('/health/ready');
    expect(ready).toMatchObject({ status: 503, body: { checks: { started: 'stopping' } } });
    expect(await test.call('/health/live')).toMatchObject({ status: 200 });
    expect(await test.call('/served/v1/answer')).toMatchObject({ status: 200, body: { served: true } });
    expect(await test.call('/served/v1/words', { body: { word: 'hi' } })).toMatchObject({ body: { word: 'hi' } });
    await stopped;
    expect(performance.now() - began).toBeGreaterThan(delaySeconds * 1000 - 5);
    await expect(fetch(`${test.url}/health/live`)).rejects.toThrow();
  });

  it('says on every answer that the connection ends with it, also on refusals and on what it had begun', async () => {
    expect((await test.call('/served/v1/answer')).headers.get('connection')).toBe('keep-alive');
    const slow = test.call('/served/v1/slow');
    await test.call('/served/v1/answer'); // sent after the slow one: that one is here now
    stop();
    ServedHttp.letGo.resolve();
    const answers = [
      await slow,
      await test.call('/served/v1/answer'),
      await test.call('/served/v1/words', { body: { word: 'much too long a word' } }),
      await test.call('/nothing'),
      await test.call('/health/ready'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 404, 503]);
    expect(answers.map(({ headers }) => headers.get('connection'))).toEqual(answers.map(() => 'close'));
  });

  it('leaves idle connections open for the delay, so that their next request is served', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<{ status?: number; connection?: string; reused: boolean }>((resolve, reject) => {
        const request = get(`${test.url}/served/v1/answer`, { agent }, (answer) => {
          const { statusCode: status, headers } = answer;
          answer
            .resume()
            .on('end', () => resolve({ status, connection: headers.connection, reused: request.reusedSocket }));
        });
        request.on('error', reject);
      });
    await ask();
    await pause(10); // the socket goes back into the agent's pool
    stop();
    await pause((delaySeconds * 1000) / 2);
    expect(await ask()).toEqual({ status: 200, connection: 'close', reused: true });
    expect(await ask()).toEqual({ status: 200, connection: 'close', reused: false });
    agent.destroy();
  });

  it('tells live streams to come back in the second half of the delay, one after the other', async () => {
    const streams = await Promise.all([live(), live(), live(), live()]);
    const began = performance.now();
    const ends: number[] = [];
    streams.forEach((stream) => void stream.ended.then(() => ends.push(performance.now() - began)));
    stop();
    await Promise.all(streams.map(({ ended }) => ended));
    for (const { events } of streams)
      expect(events.at(-1)).toMatchObject({ event: 'ended', data: { reason: 'restarting' } });
    expect(ends[0]).toBeGreaterThan((delaySeconds * 1000) / 2 - 5);
    expect(ends.at(-1)! - ends[0]!).toBeGreaterThan(delaySeconds * 200);
    expect(ends.at(-1)).toBeLessThan(delaySeconds * 1000);
  });

  it('lets a stream in that comes back here nevertheless, and tells it the same at the end', async () => {
    stop();
    const back = await live('7');
    await back.ended;
    expect(back.events).toMatchObject([{ id: '7' }, { event: 'ended', data: { reason: 'restarting' } }]);
    await stopped;
  });

  it('says with the end of a stream when to come back, and ends its connection', async () => {
    const response = await fetch(`${test.url}/served/v1/live`);
    expect(response.headers.get('connection')).toBe('close');
    const text = response.text();
    await test.host.stop({ atOnce: true });
    expect(await text).toMatch(/retry: \d{3,4}\nevent: ended\ndata: \{"reason":"restarting"\}\n\n$/);
  });

  it('does not wait when it is asked to stop at once, also while it waits', async () => {
    const began = performance.now();
    stop();
    await pause(50);
    await test.host.stop({ atOnce: true });
    await stopped;
    expect(performance.now() - began).toBeLessThan((delaySeconds * 1000) / 2);
  });
});
