import { LookTurns } from './look-turns.js';

/** Turns of which each ends when the test says so. */
function scene() {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const turns = new LookTurns((_tenantId, work) => work());
  const ask = (tenantId: string, watcher: string, name: string): Promise<string> =>
    turns.take(tenantId, watcher, () => {
      began.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve(name)));
    });
  /** Lets the promises that wait come to an end. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { began, ask, end };
}

it('looks up one piece at a time for a tenant, and makes no other tenant wait', async () => {
  const { began, ask, end } = scene();
  const answers = [ask('acme', 'ada', 'a1'), ask('acme', 'ada', 'a2'), ask('rival', 'rob', 'r1')];
  expect(began).toEqual(['a1', 'r1']);
  await end('a1');
  expect(began).toEqual(['a1', 'r1', 'a2']);
  await end('a2');
  await end('r1');
  expect(await Promise.all(answers)).toEqual(['a1', 'a2', 'r1']);
});

it('makes nobody wait for more than one piece of somebody who watches much', async () => {
  const { began, ask, end } = scene();
  for (let i = 1; i <= 1_000; i++) void ask('acme', 'greedy', `g${i}`);
  void ask('acme', 'modest', 'm1');
  void ask('acme', 'modest', 'm2');
  await end('g1');
  await end('g2');
  await end('m1');
  await end('g3');
  expect(began).toEqual(['g1', 'g2', 'm1', 'g3', 'm2']);
});

it('goes on after a piece that failed', async () => {
  const turns = new LookTurns((_tenantId, work) => work());
  const failing = turns.take('acme', 'ada', () => Promise.reject(new Error('broken')));
  const next = turns.take('acme', 'ada', async () => 'done');
  await expect(failing).rejects.toThrow('broken');
  expect(await next).toBe('done');
});
