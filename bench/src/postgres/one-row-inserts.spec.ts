import { tpsOf } from './one-row-inserts.js';

it('reads what pgbench did, without the time to connect', () => {
  const output =
    'latency average = 8.0 ms\ninitial connection time = 90.1 ms\ntps = 7812.5 (without initial connection time)\n';
  expect(tpsOf(output)).toBe(7812.5);
});

it('refuses a run in which nothing was done', () => {
  expect(() => tpsOf('number of transactions actually processed: 0\n')).toThrow('pgbench does not say');
});
