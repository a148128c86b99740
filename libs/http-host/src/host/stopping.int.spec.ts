import { createServer, type Server } from 'node:net';
import { type BeforeApplicationShutdown, Controller, Get, Injectable, Module } from '@nestjs/common';
import { Public, sse, StartupError } from '../index.js';
import { startTestHost, type TestHost } from '../testing/index.js';

let happened: string[];
let letGo: PromiseWithResolvers<void>;
let entered: PromiseWithResolvers<void>;

@Injectable()
class Runner implements BeforeApplicationShutdown {
  beforeApplicationShutdown(): void {
    happened.push('runner stopped');
  }
}

@Public()
@Controller('slow/v1')
class SlowHttp {
  @Get('answer')
  async answer(): Promise<object> {
    entered.resolve();
    await letGo.promise;
    happened.push('request finished');
    return { done: true };
  }

  @Get('live')
  live(): unknown {
    return sse((client) => {
      client.send({ id: '1', data: { hello: true } });
      return () => void happened.push('stream ended');
    });
  }
}

@Module({ controllers: [SlowHttp], providers: [Runner] })
class SlowModule {}

describe('a host that stops', () => {
  let test: TestHost;
  beforeEach(async () => {
    [happened, letGo, entered] = [[], Promise.withResolvers(), Promise.withResolvers()];
    test = await startTestHost([{ name: 'slow', module: SlowModule }], { shutdownGraceSeconds: 1 });
  });
  afterEach(() => test.stop());

  it('finishes the requests it has accepted before its runners stop', async () => {
    const answer = test.call('/slow/v1/answer');
    await entered.promise;
    const stopped = test.stop();
    letGo.resolve();
    expect(await answer).toMatchObject({ status: 200, body: { done: true } });
    await stopped;
    expect(happened).toEqual(['request finished', 'runner stopped']);
  });

  it('gives up on a request that outlasts the grace, and stops all the same', async () => {
    const answer = test.call('/slow/v1/answer').catch((error: unknown) => error);
    await entered.promise;
    await test.stop();
    expect(await answer).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    expect(happened).toEqual(['runner stopped']);
    letGo.resolve();
  });

  it('ends live streams, which would otherwise never end', async () => {
    const response = await fetch(`${test.url}/slow/v1/live`);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const text = response.text();
    await test.stop();
    expect(await text).toContain('id: 1\ndata: {"hello":true}\n\n');
    expect(happened).toEqual(['stream ended', 'runner stopped']);
  });

  it('accepts nobody afterwards, and may be stopped twice', async () => {
    await Promise.all([test.stop(), test.stop()]);
    await expect(fetch(`${test.url}/health/live`)).rejects.toThrow();
  });
});

describe('a port in use', () => {
  let other: Server;
  beforeEach(async () => {
    other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => other.close(resolve)));

  it('is named, with what to do', async () => {
    const { port } = other.address() as { port: number };
    const starting = startTestHost([], { port });
    await expect(starting).rejects.toBeInstanceOf(StartupError);
    await expect(starting).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use by another program.`);
  });

  it('is not confused with an address that is not ours', async () => {
    await expect(startTestHost([], { host: '192.0.2.1', port: 4000 })).rejects.toThrow(
      'not an address of this machine',
    );
  });
});
