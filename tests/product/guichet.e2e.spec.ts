import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clientCredentials, GuichetClient } from '@guichet/client';
import { buildApp, root } from '@guichet/testing';
import { type Product, startAllInOne } from './product.js';

/** The operators' command as it is shipped: a bundle in a folder where nothing else is, beside a product in production. */
interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
interface Bootstrapped {
  readonly tenant: { readonly made: boolean; readonly slug: string; readonly timeZone: string };
  readonly department: { readonly made: boolean; readonly departmentId: string; readonly name: string };
  readonly agent: { readonly made: boolean; readonly agentId: string; readonly email: string };
  readonly client: { readonly made: boolean; readonly clientId: string; readonly clientSecret?: string };
  readonly ticket?: { readonly made: boolean; readonly ticketId: string; readonly addresses: { readonly kpi: string } };
}

let home: string;
let product: Product;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'guichet-command-'));
  await cp(dirname(buildApp('cli')), join(home, 'guichet'), { recursive: true });
  await mkdir(join(home, 'empty'));
  product = await startAllInOne({ GUICHET_MODE: 'production' });
}, 300_000);
afterAll(async () => {
  await product.stop();
  await rm(home, { recursive: true });
});

const guichet = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    // Nothing of this process's environment: neither a checkout's programs nor settings are there.
    const options = { cwd: join(home, 'empty'), env };
    execFile(process.execPath, [join(home, 'guichet/main.mjs'), ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
const onProduct = (...args: readonly string[]): Promise<Ended> => guichet(args, { GUICHET_DATA_DIR: product.dataDir });
const acme = ['--tenant', 'acme', '--tenant-name', 'ACME', '--time-zone', 'Europe/Paris', '--department', 'Billing'];

it('lists its commands by the name that people call it by', async () => {
  const { code, out } = await guichet(['--help']);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/^guichet <command>.*\n[^]* bootstrap [^]* import /),
  });
  expect((await guichet(['ops', '--help'])).out).toContain('guichet ops <command>');
  expect((await guichet(['--version'])).out).toMatch(/^guichet \d+\.\d+\.\d+ \(commit [0-9a-f]{12}, Node 26\./);
});

it('has what an import needs beside it', async () => {
  const log = join(root, 'apps/cli/examples/tickets.csv');
  const mapping = join(home, 'guichet/mappings/one-row-per-ticket.yaml');
  const { code, out } = await onProduct(
    'import',
    log,
    '--mapping',
    mapping,
    '--tenant',
    'acme',
    '--dry-run',
    '--token',
    'e.e30.e',
  );
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('TicketOpened') });
});

describe('bootstrap', () => {
  let first: Bootstrapped;
  beforeAll(async () => {
    const { code, out, err } = await onProduct('bootstrap', ...acme, '--first-ticket', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    first = JSON.parse(out) as Bootstrapped;
  }, 180_000);
  const signedIn = () => {
    const { clientId, clientSecret = '' } = first.client;
    return new GuichetClient({
      baseUrl: product.url,
      tokens: clientCredentials({ clientId, clientSecret, baseUrl: product.url }),
    });
  };

  it('makes a tenant, a department, an agent and a service account, and counts a first ticket', () =>
    expect(first).toMatchObject({
      tenant: { made: true, slug: 'acme', name: 'ACME', timeZone: 'Europe/Paris' },
      department: { made: true, departmentId: 'billing', name: 'Billing' },
      agent: { made: true, email: 'agent@acme.example' },
      client: { made: true, clientId: 'acme.helpdesk', clientSecret: expect.stringMatching(/^.{32,}$/) },
      ticket: { made: true, ticketId: expect.any(String) },
    }));

  it('prints a sign-in that opens, claims and resolves a ticket, and sees it in the figures', async () => {
    const client = signedIn();
    const { body, position: after } = await client.send<{ ticketId: string }>('POST', '/intake/v1/tickets', {
      ...{ subject: 'Charged twice', departmentId: first.department.departmentId },
    });
    const queue = await client.get<{ items: { ticketId: string }[] }>('/routing/v1/departments/billing/queue', {
      after: after!,
    });
    expect(queue.items.map(({ ticketId }) => ticketId)).toContain(body.ticketId);
    await client.post(`/routing/v1/tickets/${body.ticketId}/claim`);
    const resolved = await client.send('POST', `/routing/v1/tickets/${body.ticketId}/resolve`);
    const kpi = await client.get<{ value: number }>('/analytics/v1/kpis/tickets-opened', { after: resolved.position! });
    expect(kpi.value).toBe(2);
  });

  it('says the second time what is there, tells no secret again, and makes nothing', async () => {
    const { out } = await onProduct('bootstrap', ...acme, '--first-ticket', '--json');
    const second = JSON.parse(out) as Bootstrapped;
    const { clientSecret, ...client } = first.client;
    expect(second).toMatchObject({
      tenant: { ...first.tenant, made: false },
      department: { ...first.department, made: false },
      agent: { ...first.agent, made: false },
      client: { ...client, made: false },
      ticket: { ticketId: first.ticket?.ticketId, made: false },
    });
    expect(out).not.toContain(clientSecret!);
    expect(second.client.clientSecret).toBeUndefined();
  }, 60_000);

  it('leaves no account behind that it worked as', async () => {
    const { items } = await signedIn().get<{ items: { clientId: string }[] }>('/identity/v1/clients');
    expect(items.map(({ clientId }) => clientId)).toEqual(['acme.helpdesk']);
  });

  it('adds to what is there for people', async () => {
    const { code, out } = await onProduct(
      'bootstrap',
      '--tenant',
      'acme',
      '--department',
      'Technical',
      '--client',
      'bi',
    );
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/there {2}tenant .*\n.*made {3}department/) });
    expect(out).toMatch(/GUICHET_CLIENT_ID=acme\.bi\n.*GUICHET_CLIENT_SECRET=.{32,}\n/);
  }, 60_000);

  it.each([
    ['another name', ['--tenant', 'acme', '--tenant-name', 'Other'], {}, 2, /acme is there already: it is called ACME/],
    ['a wrong zone', ['--time-zone', 'Europe/Pariss'], {}, 2, /no time zone/],
    ['nobody there', ['--url', 'http://127.0.0.1:9', '--wait', '0'], {}, 1, /^identity is away: http:\/\/127/],
    [
      'a wrong secret',
      [],
      { IDENTITY_OPERATOR_SECRET: 'a'.repeat(40) },
      2,
      /does not know this operator.*IDENTITY_OPERATOR_SECRET/,
    ],
    ['no secret', [], { GUICHET_DATA_DIR: '/nowhere' }, 2, /IDENTITY_OPERATOR_SECRET/],
  ])('says what is wrong: %s', async (_, args, env, code, words) => {
    const settings = { GUICHET_DATA_DIR: product.dataDir, GUICHET_URL: product.url, ...env };
    const ended = await guichet(['bootstrap', ...args], settings);
    expect(ended).toEqual({ code, out: '', err: expect.stringMatching(words) });
    expect(ended.err).not.toContain('    at ');
  });
});

it('looks after the product that it finds by its data folder', async () =>
  expect(await onProduct('ops', 'status')).toMatchObject({ code: 0, err: '' }));
