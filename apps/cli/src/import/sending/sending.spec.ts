import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedToken } from '@guichet/client';
import type { Terminal } from '../../command-line.js';
import type { Arguments } from '../arguments.js';
import { runImport } from '../importer.js';
import { ImportServices } from '../testing/import-services.js';
import { Batcher, type TicketStream } from './batches.js';

const tenant = { id: '7a1f6c1e-2b3d-4c5e-8f90-1a2b3c4d5e6f', slug: 'test' };
const tokens = fixedToken('secret');
const mapping = `
version: 1
source: test
rows: { time: at }
ticket: { key: id, department: group }
actor: { agent: who }
rules: [{ do: [assign, { log: act }] }]
`;

describe('batches', () => {
  const ticket = (ordinal: number, events: number, size = 10): TicketStream => ({
    ordinal,
    ticketId: `t${ordinal}`,
    key: `k${ordinal}`,
    events: Array.from({ length: events }, () => 'e'.repeat(size)),
    lines: Array.from({ length: events }, (_, index) => index),
  });
  const pack = (...tickets: TicketStream[]) => {
    const batcher = new Batcher({ events: 5, bytes: 1_000 });
    const jobs = [...tickets.flatMap((one) => batcher.add(one)), ...batcher.flush()];
    return jobs.map(({ requests }) =>
      requests.map(({ parts }) => parts.map((part) => `${part.ticket.ticketId}:${part.from}-${part.to}`).join(' ')),
    );
  };
  it('hold whole tickets, up to the limit of events', () =>
    expect(pack(ticket(1, 2), ticket(2, 3), ticket(3, 1))).toEqual([['t1:0-2 t2:0-3'], ['t3:0-1']]));
  it('hold no more bytes than allowed', () =>
    expect(pack(ticket(1, 1, 500), ticket(2, 1, 500), ticket(3, 1, 500))).toEqual([
      ['t1:0-1'],
      ['t2:0-1'],
      ['t3:0-1'],
    ]));
  it('a ticket that is too large goes in several requests, one after the other', () =>
    expect(pack(ticket(1, 1), ticket(2, 12), ticket(3, 1))).toEqual([
      ['t1:0-1'],
      ['t2:0-5', 't2:5-10', 't2:10-12'],
      ['t3:0-1'],
    ]));
  it('bytes split a ticket, too', () => expect(pack(ticket(1, 3, 400))).toEqual([['t1:0-2', 't1:2-3']]));
  it('nothing is sent for a ticket without events', () => expect(pack(ticket(1, 0))).toEqual([]));
});

describe('an import', () => {
  const services = new ImportServices();
  const folder = mkdtempSync(join(tmpdir(), 'guichet-sending-'));
  const file = join(folder, 'log.csv');
  const state = `${file}.import-state.json`;
  let baseUrl: string;
  let said: string[];
  beforeAll(async () => {
    baseUrl = await services.start();
    writeFileSync(join(folder, 'mapping.yaml'), mapping);
  });
  afterAll(async () => {
    await services.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    services.forget();
    services.fault = () => undefined;
    services.refuses = () => false;
    Object.assign(services, { requests: 0, mostUnderWay: 0 });
    services.departments.length = services.agents.length = services.complaints.length = 0;
    rmSync(state, { force: true });
    said = [];
  });

  const write = (tickets: number, rows: number) => {
    const lines = Array.from({ length: tickets * rows }, (_, index) => {
      const [ticket, minute] = [index % tickets, Math.floor(index / tickets)];
      return `T${ticket},${new Date(Date.UTC(2025, 0, 1, 0, minute)).toISOString()},agent ${ticket % 7},desk ${ticket % 3},act ${minute}`;
    });
    writeFileSync(file, ['id,at,who,group,act', ...lines].join('\n'));
  };
  const outcomeOf = (change: Partial<Arguments> = {}, signal = new AbortController().signal) => {
    const args: Arguments = {
      file,
      mapping: join(folder, 'mapping.yaml'),
      tenant: 'test',
      url: baseUrl,
      ...{ token: undefined, timeZone: undefined, report: undefined, out: undefined, wait: false },
      ...{ dryRun: false, restart: false, inFlight: 3, maxRejectedPercent: 5 },
      ...change,
    };
    const open = async () => ({ baseUrl, tokens, readers: tokens, tenant });
    const say = (text: string) => void said.push(text);
    const terminal: Terminal = { env: {}, isInteractive: false, signal, say, progress: () => undefined };
    return runImport(args, async () => ({ baseUrl, slug: tenant.slug, open }), terminal);
  };
  const run = async (...args: Parameters<typeof outcomeOf>) => (await outcomeOf(...args)).report;

  it('brings every ticket to both services, in order, within the limits', async () => {
    write(500, 20);
    // Would wait for ever if requests were sent one by one.
    services.gathers = 3;
    const { sent, events } = await run({ inFlight: 3 });
    expect(sent?.intake).toMatchObject({ accepted: 500, skipped: 0, rejected: 0 });
    expect(sent?.routing).toMatchObject({ accepted: events.total - 500, skipped: 0, rejected: 0 });
    expect(services.events).toBe(events.total);
    for (const stream of services.streams.routing.values()) {
      const acts = stream.filter(({ type }) => type === 'ActivityLogged').map(({ data }) => data.at);
      expect(acts).toHaveLength(20);
      expect(acts).toEqual([...acts].sort());
    }
    expect(services.complaints).toEqual([]);
    expect(services.gathers).toBe(0);
    expect(services.mostUnderWay).toBeLessThanOrEqual(6);
    expect([...services.tokens]).toEqual(['Bearer secret']);
  });

  it('tells routing of departments and agents first', async () => {
    write(21, 2);
    await run();
    expect(services.departments).toEqual(['desk 0', 'desk 1', 'desk 2']);
    expect(services.agents).toHaveLength(7);
    expect([...services.agents[0]!.departmentIds].sort()).toEqual(['desk 0', 'desk 1', 'desk 2']);
  });

  it('a second time changes nothing, with or without its state', async () => {
    write(300, 5);
    const first = await run();
    expect(existsSync(state)).toBe(true);
    const requests = services.requests;
    const second = await run();
    expect(second.sent).toMatchObject({ resumedAfter: 300, intake: { accepted: 0 }, routing: { accepted: 0 } });
    expect(services.requests - requests).toBeLessThan(5);
    rmSync(state);
    const third = await run();
    expect(third.sent).toMatchObject({
      resumedAfter: 0,
      intake: { accepted: 0, skipped: 300 },
      routing: { accepted: 0 },
    });
    expect(services.events).toBe(first.events.total);
  });

  it('starts over when the services have forgotten what the state calls done', async () => {
    write(50, 5);
    const { events } = await run();
    services.forget();
    await run();
    expect(services.events).toBe(events.total);
  });

  it('goes on where it stopped', async () => {
    write(3_000, 4);
    services.fault = ({ count }) => (count > 12 ? 400 : undefined);
    await expect(run({ inFlight: 1 })).rejects.toThrow(/answered 400: fault 400/);
    expect(services.events).toBeGreaterThan(0);
    services.fault = () => undefined;
    const { sent, events } = await run();
    expect(sent!.resumedAfter).toBeGreaterThan(0);
    expect(sent!.intake.accepted + sent!.routing.accepted).toBeLessThan(events.total);
    expect(services.events).toBe(events.total);
  });

  it('is stopped by an interruption, and goes on afterwards', async () => {
    write(3_000, 4);
    const controller = new AbortController();
    services.fault = ({ count }) => (count === 6 ? (controller.abort(new Error('Interrupted')), undefined) : undefined);
    await expect(run({ inFlight: 1 }, controller.signal)).rejects.toThrow('Interrupted');
    expect(services.events).toBeGreaterThan(0);
    const { events } = await run();
    expect(services.events).toBe(events.total);
  });

  it('survives overload, lost connections and lost answers', async () => {
    write(400, 10);
    const faults = [503, 'drop', 429, 502, 'drop', 500] as const;
    services.fault = ({ count }) => (count % 2 === 0 ? faults[(count / 2) % faults.length] : undefined);
    const { sent, events } = await run();
    expect(services.events).toBe(events.total);
    expect(sent!.intake.rejected + sent!.routing.rejected).toBe(0);
    expect(said.join('\n')).toMatch(/Trying again/);
  });

  it('writes what the services refuse to the rejected rows, with the line', async () => {
    write(3, 2);
    services.refuses = ({ type, data }) => type === 'ActivityLogged' && data.at.startsWith('2025-01-01T00:01');
    const { sent, rejectedFile } = await run();
    expect(sent!.routing.rejected).toBe(3);
    expect(readFileSync(rejectedFile!, 'utf8').split('\n').sort()).toEqual([
      '',
      '5,"T0","invalid-data: refused"',
      '6,"T1","invalid-data: refused"',
      '7,"T2","invalid-data: refused"',
      'line,ticket,reason',
    ]);
  });

  it('sends a ticket that is larger than a request in parts', async () => {
    write(1, 4_500);
    const { events } = await run();
    const [stream] = services.streams.routing.values();
    expect(stream).toHaveLength(events.total - 1);
    expect(services.complaints).toEqual([]);
  });

  it('as a dry run sends nothing, and says what it would do', async () => {
    write(10, 2);
    const report = join(folder, 'report.json');
    await run({ dryRun: true, report });
    expect(services.requests).toBe(0);
    expect(said.join('\n')).toMatch(/10 tickets from 2025-01-01 to 2025-01-01/);
    expect(said.join('\n')).toMatch(/line 2 .* TicketOpened/);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
      dryRun: true,
      tickets: 10,
      events: { byType: { TicketOpened: 10 } },
    });
  });

  it.each([
    ['there is no such file', { file: join(folder, 'none.csv') }, /There is no file .*none.csv/],
    ['there is no such mapping', { mapping: join(folder, 'none.yaml') }, /There is no file .*none.yaml/],
  ])('says that %s', async (_, change, message) => expect(run(change)).rejects.toThrow(message));

  it('refuses a corrected mapping in the same tenant, since nothing would change', async () => {
    write(3, 2);
    await run();
    const corrected = join(folder, 'corrected.yaml');
    writeFileSync(corrected, mapping.replace('[assign, { log: act }]', 'assign'));
    const requests = services.requests;
    await expect(run({ mapping: corrected })).rejects.toThrow(
      /The tenant test holds these tickets already, imported as "test" by another mapping .*--tenant test-2.*another source/,
    );
    expect(services.requests).toBe(requests);
    // Words for people change nothing, and a newer export of the same log may go on.
    writeFileSync(corrected, `# comment\ntitle: Better\n${mapping}`);
    write(4, 2);
    expect((await run({ mapping: corrected })).sent?.intake).toMatchObject({ accepted: 1, skipped: 3 });
  });

  it('sends nothing when too many rows are rejected, unless that is allowed', async () => {
    writeFileSync(file, 'id,at,who,group,act\nT1,2025-01-01,a,g,x\nT2,first of May,a,g,x\n');
    const { exitCode, report } = await outcomeOf();
    expect([exitCode, services.requests]).toEqual([1, 0]);
    expect(said.join('\n')).toMatch(/--max-rejected: 1 of 2 rows \(50.0%\) are rejected, more than 5%/);
    expect(report.rejections).toEqual([
      {
        reason: 'rows.time: no time of the form iso',
        rows: 1,
        hint: expect.stringContaining('times.formats'),
        example: { line: 3, ticket: 'T2', reason: 'rows.time: "first of May" is no time of the form iso' },
      },
    ]);
    expect((await outcomeOf({ maxRejectedPercent: 50 })).exitCode).toBe(0);
    expect(services.streams.intake.size).toBe(1);
  });

  it('fails when the services refuse too much', async () => {
    write(3, 2);
    services.refuses = () => true;
    expect((await outcomeOf()).exitCode).toBe(1);
  });

  it('asks who may before it reads, and for nothing in a dry run', async () => {
    write(1, 1);
    const args = {
      file,
      mapping: join(folder, 'mapping.yaml'),
      report: undefined,
      out: undefined,
      wait: false,
    } as Arguments;
    const terminal = { env: {}, isInteractive: false, signal: new AbortController().signal } as Terminal;
    const told: string[] = [];
    const progress = (text: string) => void told.push(text);
    const refused = runImport(args, () => Promise.reject(new Error('no token')), {
      ...terminal,
      say: progress,
      progress,
    });
    await expect(refused).rejects.toThrow('no token');
    expect(told).toEqual([]);
  });
});
