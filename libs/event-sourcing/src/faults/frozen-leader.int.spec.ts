import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '@guichet/testing';
import { createPool } from '../database/sessions.js';
import { Leases } from '../runner/leases.js';
import { createTestLog, type TestLog } from '../testing/test-log.js';
import { addTo, expectedTotals, projectionOf, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';

const root = join(import.meta.dirname, '..', '..', '..', '..');
const fatal = 99;
/** Ten seconds of silence, and what a busy machine takes. */
const boundMs = 20_000;

const canFreeze = process.platform === 'linux';

(canFreeze ? describe : describe.skip)('A leader that stands still while its connections live', () => {
  let test: TestLog;
  let leader: ChildProcess;
  let said = '';
  const ends: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    test = await createTestLog('frozen');
  });
  afterEach(async () => {
    leader.kill('SIGKILL');
    for (const end of ends.splice(0)) await end();
    await test.close();
  });

  const startLeader = () => {
    const typescript = join(root, 'tools', 'workspace', 'typescript.mjs');
    const script = join(root, 'libs/event-sourcing/src/testing/frozen-runner.main.ts');
    leader = spawn(process.execPath, ['--import', typescript, script, test.database.appUrl, String(fatal)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    leader.stdout?.on('data', (text) => (said += String(text)));
  };
  const isFrozen = async () => / T /.test(await readFile(`/proc/${leader.pid}/stat`, 'utf8'));

  it('in the middle of a transaction: another one leads within a bound, and the zombie changes nothing', async () => {
    const { prepare, runner } = projectionOf(test, totalsProjection());
    const healthy = createPool({ url: test.database.appUrl, max: 1 });
    const leases = Leases.join(healthy);
    ends.push(
      () => runner.stop(),
      () => leases.leave(),
      () => healthy.end(),
    );
    const other = await leases.tryAcquire('something else');
    const begun = performance.now();
    await prepare();
    startLeader();
    await until('the process to lead', () => said.includes('active'), 20_000);
    await runner.start();
    expect(runner.state).toBe('standby');
    await runner.waitFor('own', await addTo(test, 'a', 1, 2), 10_000);

    await addTo(test, 'a', fatal);
    await until('it to freeze', isFrozen);
    const frozenAt = performance.now();
    const last = await addTo(test, 'b', 3);
    expect(await runner.waitFor('own', last, boundMs)).toBe(true);
    expect(runner.state).toBe('active');
    expect(performance.now() - frozenAt).toBeGreaterThan(2_000); // it was not given up at once
    expect(performance.now() - begun).toBeGreaterThan(10_000);
    expect(await other?.verify()).toBe(true); // quiet, but alive

    leader.kill('SIGCONT');
    await until('the zombie to stand by', () => said.trim().endsWith('standby'), 15_000);
    await runner.waitFor('own', await addTo(test, 'b', 4), 10_000);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    await runner.stop();
    await until('it to lead again', () => said.trim().endsWith('active'), 15_000);
  }, 90_000);
});
