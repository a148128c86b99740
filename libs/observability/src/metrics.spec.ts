import { Logger } from '@nestjs/common';
import { Metrics } from './metrics.js';
import { NotReady, ReadinessRegistry } from './readiness.js';

// What is logged on the way is not what is tested here.
beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

describe('metrics', () => {
  it('gives the same metric for the same name', () => {
    const metrics = new Metrics();
    expect(metrics.counter('guichet_a_total', 'A.', ['service'])).toBe(
      metrics.counter('guichet_a_total', 'A.', ['service']),
    );
  });

  it('adds up the sources of an observed gauge, and leaves out one that fails', async () => {
    const metrics = new Metrics();
    const lag = (read: () => Promise<{ labels: { projection: string }; value: number }[]>) =>
      metrics.observe('guichet_lag_events', 'Lag.', ['projection'], read);
    lag(async () => [{ labels: { projection: 'queue' }, value: 3 }]);
    lag(async () => Promise.reject(new Error('no database')));
    lag(async () => [{ labels: { projection: 'timeline' }, value: 0 }]);
    const text = await metrics.text();
    expect(text).toContain('guichet_lag_events{projection="queue"} 3');
    expect(text).toContain('guichet_lag_events{projection="timeline"} 0');
  });
});

describe('readiness', () => {
  it('is ready when every check passes', async () => {
    const registry = new ReadinessRegistry();
    registry.register('database', () => undefined);
    expect(await registry.report()).toEqual({ status: 'ready', checks: { database: 'ok' } });
  });

  it('says which check fails, but only reasons made to be shown', async () => {
    const registry = new ReadinessRegistry();
    registry.register('feed', () => Promise.reject(new NotReady('catching up')));
    registry.register('database', () => Promise.reject(new Error('password of app@10.0.0.7 is wrong')));
    expect(await registry.report()).toEqual({
      status: 'not-ready',
      checks: { feed: 'catching up', database: 'failed' },
    });
  });

  it('is dead only by a liveness check', async () => {
    const registry = new ReadinessRegistry();
    registry.register('database', () => Promise.reject(new Error('gone')));
    expect(await registry.alive()).toMatchObject({ status: 'live' });
    registry.registerLiveness('consumer', () => Promise.reject(new NotReady('the consumer has ended')));
    expect(await registry.alive()).toMatchObject({ status: 'dead', checks: { consumer: 'the consumer has ended' } });
  });

  it('refuses a second check of the same name', () => {
    const registry = new ReadinessRegistry();
    registry.register('database', () => undefined);
    expect(() => registry.register('database', () => undefined)).toThrow('already');
  });
});
