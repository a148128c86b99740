/**
 * The regression guard: what does not depend on the machine's speed, counted on every run against the bounds in
 * guard-bounds.json. A bound is at most twice what is spent, so that a cost that doubles is seen. WRITE_GUARD=1 moves
 * the bounds to what is spent now, for a commit that says why.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type OwnPostgres, startOwnPostgres } from '@guichet/testing';
import { countAppends } from './appends.js';
import { type Bound, type Counted, judge, rebound, tableOf } from './bounds.js';
import { countBundles } from './bundles.js';
import { countDesk } from './desk.js';
import { countFigures } from './figures.js';
import { costOf, Statements } from './statements.js';

/** Nothing but what is counted writes, and pages are not written whole after a checkpoint. */
const settings = { autovacuum: 'off', full_page_writes: 'off', checkpoint_timeout: '1h', jit: 'off', fsync: 'off' };

const file = join(import.meta.dirname, '../../guard-bounds.json');
const bounds = JSON.parse(readFileSync(file, 'utf8')) as Bound[];
const statements = new Statements();
let postgres: OwnPostgres;
let counted: Counted = {};

beforeAll(async () => {
  const bundles = countBundles();
  postgres = await startOwnPostgres({ settings });
  statements.start();
  const { adminUrl } = postgres;
  const database = (name: string) => createTestDatabase(name, { adminUrl });
  // One after the other: each counts everything that this process asks.
  counted = { ...counted, ...(await countAppends(await database('appends'), statements)) };
  counted = {
    ...counted,
    ...(await countDesk({ intake: await database('intake'), routing: await database('routing') }, statements)),
  };
  counted = { ...counted, ...(await countFigures(await database('analytics'), statements)) };
  counted = { ...counted, ...statementsPerBatch() };
  counted = { ...counted, ...(await bundles) };
  if (process.env['WRITE_GUARD'] === '1') {
    writeFileSync(file, `${JSON.stringify(rebound(bounds, counted), undefined, 2)}\n`);
  }
}, 300_000);

afterAll(async () => {
  statements.stop();
  await postgres.stop();
  process.stdout.write(`\n${tableOf(judge(bounds, counted))}\n\n`);
});

/**
 * The most a batch of each projection has sent, whatever was in it: the checkpoint, begin and commit are part of it.
 */
function statementsPerBatch(): Counted {
  const most: Record<string, number> = {};
  for (const transaction of statements.projected) {
    const consumer = transaction.flatMap(({ values }) => values).find((value) => /^projection\//.test(String(value)));
    const name = `a batch of ${String(consumer).replace('projection/', '')}: round trips`;
    most[name] = Math.max(most[name] ?? 0, costOf(transaction).roundTrips);
  }
  return most;
}

const names = [...new Set(bounds.map(({ name }) => name))];

it('has one bound for everything that is counted', () => {
  expect(names).toHaveLength(bounds.length);
  expect(Object.keys(counted).sort()).toEqual([...names].sort());
});

it.each(names)('%s', (name) => {
  const [judged] = judge(bounds, counted).filter((one) => one.name === name);
  expect(judged).toMatchObject({ verdict: 'kept' });
});

/**
 * Name → rows with the first number of tickets, and with ten times as many, all of them outside of what is asked for.
 */
const grown = [
  ...growthOf(
    ['first response, 90 days', 'tickets opened, daily for 90 days', 'backlog at an instant'],
    '500',
    '5,000',
  ),
  ...growthOf(['backlog, daily for 90 days', 'rows behind a number, a page of 50'], '500', '5,000'),
  ...growthOf(['a ticket’s timeline', 'a requester’s ticket'], '200', '2,000'),
];

function growthOf(what: readonly string[], few: string, many: string): (readonly [string, string, string])[] {
  return what.map((name) => [name, few, many]);
}

it.each(grown)('%s reads no more rows among ten times as many tickets', (name, few, many) => {
  const rows = (tickets: string) => counted[`${name}: rows read, ${tickets} tickets`] ?? NaN;
  expect(rows(many)).toBeLessThanOrEqual(rows(few) * 1.1);
});
