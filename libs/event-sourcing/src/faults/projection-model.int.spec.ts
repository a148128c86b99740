import { effort, until } from '@guichet/testing';
import fc from 'fast-check';
import { createPool } from '../database/sessions.js';
import { createTestLog, type TestLog } from '../testing/test-log.js';
import { addTo, projectionOf, type TestProjection, type Total, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';

const soonMs = 20_000;
/**
 * Versions with odd numbers cannot add this amount: its stream is parked, there and in every rebuild of the version.
 */
const poison = 13;

/** Tables of one version, folded from the first `upTo` events. */
interface Build {
  readonly version: number;
  readonly upTo: number;
}

/** What should be so: a list of events, and which tables stand where. */
interface Model {
  readonly events: { streamId: string; amount: number }[];
  code: number;
  live: Build;
  next?: Build;
  previous?: Build;
}

/** What is so. */
interface Real {
  readonly test: TestLog;
  process: TestProjection;
}

/** The tables of a build, from nothing but the list of events. */
function fold({ events }: Model, { version, upTo }: Build): Total[] {
  const found = new Map<string, Total>();
  const parked = new Set<string>();
  for (const { streamId, amount } of events.slice(0, upTo)) {
    if (version % 2 === 1 && amount === poison) parked.add(streamId);
    if (parked.has(streamId)) continue;
    const before = found.get(streamId) ?? { stream_id: streamId, events: 0, sum: 0, version: 0 };
    const sum = before.sum + amount * version;
    found.set(streamId, { ...before, events: before.events + 1, sum, version: before.version + 1 });
  }
  return [...found.values()].toSorted((a, b) => (a.stream_id < b.stream_id ? -1 : 1));
}

async function startProcess(test: TestLog, version: number): Promise<TestProjection> {
  const isPoison = ({ data }: { data: { amount: number } }) => version % 2 === 1 && data.amount === poison;
  const pool = createPool({ url: test.database.appUrl, max: 4 });
  const process = projectionOf(test, totalsProjection({ version, factor: version, poison: isPoison }), { pool });
  await process.prepare();
  await process.runner.start();
  return process;
}

async function check(model: Model, real: Real): Promise<void> {
  // The live tables follow the log if they are of this code's version; otherwise they stand still.
  if (model.live.version === model.code) {
    model.live = { ...model.live, upTo: model.events.length };
    const { runner } = real.process;
    // Not `waitFor`: right after a rollback it still believes in the tables of before.
    await until('the live tables have caught up', async () => (await runner.lag())[0]?.events === 0, soonMs);
  }
  const schemas = { live: 'read_model', next: 'read_model_next', previous: 'read_model_previous' };
  for (const [slot, schema] of Object.entries(schemas) as ['live' | 'next' | 'previous', string][]) {
    const build = model[slot];
    if (build) expect(await totals(real.test, schema)).toEqual(fold(model, build));
  }
  const slots = (['live', 'next', 'previous'] as const).flatMap((slot) => {
    const build = model[slot];
    return build ? [{ slot, version: build.version, positions: { own: build.upTo } }] : [];
  });
  expect(await real.process.admin.status()).toEqual([{ name: 'totals', codeVersion: model.code, slots }]);
}

type Step = fc.AsyncCommand<Model, Real>;

/** A command is what it does to the model, and to the product; afterwards both must agree. */
function step(name: string, can: (model: Model) => boolean, run: (model: Model, real: Real) => Promise<void>): Step {
  return {
    check: can,
    run: async (model, real) => {
      await run(model, real);
      await check(model, real);
    },
    toString: () => name,
  };
}
const always = () => true;
const isFollowed = ({ live, code }: Model) => live.version === code;

const append = (stream: number, amounts: number[]) =>
  step(`append(${stream}, [${amounts.join()}])`, always, async (model, { test }) => {
    await addTo(test, `s${stream}`, ...amounts);
    model.events.push(...amounts.map((amount) => ({ streamId: `s${stream}`, amount })));
  });

const rebuild = (batchSize: number) =>
  step(`rebuild(${batchSize})`, always, async (model, { process: { admin } }) => {
    await admin.rebuild('totals', { batchSize });
    model.next = { version: model.code, upTo: model.events.length };
  });

const swap = step('swap', always, async (model, { process: { admin } }) => {
  if (model.next?.version !== model.code) {
    await expect(admin.swap('totals')).rejects.toThrow(model.next ? 'is of version' : 'rebuild it first');
    return;
  }
  await admin.swap('totals');
  model.previous = model.live;
  model.live = { ...model.next, upTo: model.events.length };
  model.next = undefined;
});

const rollback = step('rollback', always, async (model, { process: { admin } }) => {
  if (!model.previous) {
    await expect(admin.rollback('totals')).rejects.toThrow('no previous build');
    return;
  }
  await admin.rollback('totals');
  [model.live, model.previous, model.next] = [model.previous, model.live, undefined];
});

const compare = step('compare', isFollowed, async (model, { process: { admin } }) => {
  if (model.next?.version !== model.code) {
    await expect(admin.compare('totals')).rejects.toThrow(model.next ? 'is of version' : 'rebuild it first');
    return;
  }
  expect(await admin.compare('totals')).toMatchObject({ equal: true, positions: { own: model.events.length } });
  model.next = { ...model.next, upTo: model.events.length };
});

const verify = step('verify', isFollowed, async (model, { process: { admin } }) => {
  expect(await admin.verify('totals', { batchSize: 3 })).toMatchObject({ equal: true });
  model.next = undefined;
});

const deploy = (change: 1 | -1) =>
  step(
    change === 1 ? 'deploy' : 'deploy the version before',
    ({ code }) => code + change > 0,
    async (model, real) => {
      await stopProcess(real);
      model.code += change;
      real.process = await startProcess(real.test, model.code);
      await real.process.admin.upgrade({ batchSize: 4 });
      if (model.live.version >= model.code) return;
      model.previous = model.live;
      model.live = { version: model.code, upTo: model.events.length };
      model.next = undefined;
    },
  );

const restart = step('restart', always, async (model, real) => {
  await stopProcess(real);
  real.process = await startProcess(real.test, model.code);
});

async function stopProcess({ process }: Real): Promise<void> {
  await process.runner.stop();
  await process.pool.end();
}

const steps = fc.commands(
  [
    fc
      .tuple(
        fc.nat({ max: 3 }),
        fc.array(
          fc.oneof({ weight: 12, arbitrary: fc.nat({ max: 9 }) }, { weight: 1, arbitrary: fc.constant(poison) }),
          { minLength: 1, maxLength: 6 },
        ),
      )
      .map(([stream, amounts]) => append(stream, amounts)),
    fc.integer({ min: 1, max: 5 }).map(rebuild),
    fc.constantFrom(swap, rollback, compare, verify, restart),
    fc.constantFrom<1 | -1>(1, 1, -1).map(deploy),
    fc.constantFrom(swap, rollback),
  ],
  { maxCommands: 14 },
);

async function run(commands: Iterable<Step>): Promise<void> {
  const test = await createTestLog('model');
  const real: Real = { test, process: await startProcess(test, 1) };
  try {
    const model: Model = { events: [], code: 1, live: { version: 1, upTo: 0 } };
    await fc.asyncModelRun(() => ({ model, real }), commands);
  } finally {
    await stopProcess(real);
    await test.close();
  }
}

/** Where faults put into the product on purpose were found, as small as fast-check could make it. */
const examples: Record<string, Step[]> = {
  'an event behind a parked one, in another batch of the rebuild': [append(0, [poison, 0]), rebuild(1)],
  'a rollback after an upgrade': [deploy(1), rollback],
  'the version before, and what it missed': [
    append(0, [1]),
    deploy(1),
    append(0, [2]),
    rollback,
    append(1, [3]),
    deploy(-1),
    swap,
  ],
};

describe('Projections', () => {
  it(
    'are what a fold of the list of events is, whatever is rebuilt, swapped, rolled back and deployed',
    () => fc.assert(fc.asyncProperty(steps, run), { numRuns: effort(10, 300) }),
    effort(120_000, 1_800_000),
  );

  it.each(Object.entries(examples))('are so in the case of %s', (_name, commands) => run(commands), 60_000);
});
