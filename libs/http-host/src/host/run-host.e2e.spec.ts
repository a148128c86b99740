import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '@guichet/testing';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function fail(how: string, env: Record<string, string> = {}): Promise<Ended> {
  const typescript = join(root, 'tools/workspace/typescript.mjs');
  const program = join(root, 'libs/http-host/src/testing/failing-host.main.ts');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', typescript, program, how],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_OPTIONS: '', LOG_FORMAT: '', ...env },
    },
  );
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (said.stdout += String(text)));
  child.stderr.on('data', (text) => (said.stderr += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

/** The only line of a process that said nothing else. */
async function lineOf(how: string, env: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await fail(how, env);
  expect([code, stderr]).toEqual([1, '']);
  expect(stdout).not.toContain('hunter2');
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!) as Record<string, unknown>;
}

const everyLine = { level: 'fatal', service: 'failing', replica: expect.any(String), time: expect.any(String) };
const withStack = { stack: expect.stringContaining('failing-host.main.ts') };

describe('a process that fails says why in one line of its log', () => {
  it('every wrong setting, also where LOG_FORMAT is one of them', async () => {
    const line = await lineOf('settings', { LOG_FORMAT: 'xml', LOG_LEVEL: 'silent' });
    expect(line).toMatchObject({ ...everyLine, code: 'wrong-settings', msg: 'The settings cannot be used.' });
    const problems = line['problems'] as string[];
    const names = problems.map((problem) => problem.split(' ')[0]);
    expect(names).toEqual(expect.arrayContaining(['PORT', 'OIDC_ISSUER', 'CURSOR_SECRET', 'LOG_FORMAT']));
  }, 30_000);

  it.each([
    [
      'startup',
      {
        code: 'cannot-start',
        msg: "The database of postgres://guichet:[redacted]@db:5432/routing is another service's.",
      },
    ],
    [
      'driver',
      {
        code: 'start-failed',
        msg: expect.stringMatching(/^no connection/),
        err: { code: 'ECONNREFUSED', ...withStack },
      },
    ],
    [
      'two-addresses',
      { code: 'start-failed', msg: expect.stringMatching(/^connect ECONNREFUSED ::1:5432; no answer from/) },
    ],
    ['uncaught', { code: 'uncaught-exception', msg: expect.stringMatching(/^broken/), err: withStack }],
    ['rejection', { code: 'unhandled-rejection', msg: expect.stringMatching(/^nobody waits/), err: withStack }],
    ['stop', { code: 'stop-failed', msg: expect.stringMatching(/^cannot let go/), err: withStack }],
  ])('%s', async (how, expected) => expect(await lineOf(how)).toMatchObject({ ...everyLine, ...expected }), 30_000);

  it('or in text for people, where that is the format', async () => {
    const pretty = { LOG_FORMAT: 'pretty' };
    const [settings, uncaught] = await Promise.all([fail('settings', pretty), fail('uncaught', pretty)]);
    expect(settings).toMatchObject({ code: 1, stdout: '' });
    expect(settings.stderr).toMatch(/^The settings cannot be used:\n {2}- PORT must be/m);
    expect(uncaught).toMatchObject({ code: 1, stdout: '' });
    expect(uncaught.stderr).toMatch(/^Error: broken at postgres:\/\/guichet:\[redacted\]@db:5432\/routing\n +at /);
  }, 30_000);
});
