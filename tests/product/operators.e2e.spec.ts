import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@guichet/contracts';
import { freePort, until } from '@guichet/testing';
import { ops, Operated } from './operated.js';
import { workAMorning } from './work.js';

/** What operators do, on the product as it is shipped. The tests share one instance and leave it well. */
let home: string;
let port: number;
let product: Operated;
const started: Operated[] = [];
const fine = { code: 0 };
const toLookAt = (words: string | RegExp) => ({ code: 1, output: expect.stringMatching(words) });

const start = async (dataDir: string) => {
  const operated = await Operated.start(dataDir, port);
  started.push(operated);
  return operated;
};
const openTicket = async (subject: string, tenant = 'demo') =>
  product.ask<{ ticketId: string; position: string }>(await product.token(tenant, 'requester'), '/intake/v1/tickets', {
    ...{ subject, body: 'Please help.', channel: 'portal' },
    ...(tenant === 'demo' ? { departmentId: 'billing' } : {}),
  });
const ticket = async (ticketId: string, after?: string) =>
  product.ask(await product.token('demo', 'agent'), `/routing/v1/tickets/${ticketId}`, undefined, after);

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'guichet-operators-'));
  port = await freePort();
  product = await start(join(home, 'data'));
  await workAMorning(product);
}, 180_000);
afterAll(async () => {
  await Promise.all(started.map((one) => one.stop()));
  await rm(home, { recursive: true, force: true });
}, 60_000);

it('shows at one look that all is well', async () => {
  const { code, output } = await product.ops('status');
  expect(output).toContain('All is well.');
  expect(code).toBe(0);
  for (const words of ['projection/ticket-facts', 'policy/intake', 'projection/directory', 'Parked streams: 0'])
    expect(output).toContain(words);
  const { services, problems } = await product.opsJson<{ services: { service: string }[]; problems: [] }>('status');
  expect(services.map(({ service }) => service)).toEqual(serviceNames);
  expect(problems).toEqual([]);
}, 60_000);

it('proves read models against the log, finds a changed row, rebuilds, and rolls back', async () => {
  expect(await product.ops('verify')).toMatchObject(fine);
  const rebuilt = ['routing', 'ticket'];
  await product.sql('routing', `update read_model.ticket set subject = 'Tampered' where subject = 'Matter number 3'`);
  const different = toLookAt(/routing ticket: DIFFERENT[^]*only live: .*"Tampered"[^]*only anew: .*"Matter number 3"/);
  expect(await product.ops('verify', ...rebuilt)).toEqual(different);

  expect(await product.ops('swap', ...rebuilt)).toEqual(toLookAt('409.*rebuild it first'));
  expect(await product.ops('rebuild', ...rebuilt, '--no-swap')).toMatchObject(fine);
  expect(await product.ops('compare', ...rebuilt)).toEqual(different);
  expect(await product.ops('swap', ...rebuilt)).toMatchObject(fine);
  expect(await product.ops('verify', ...rebuilt)).toMatchObject(fine);
  expect(await product.ops('rollback', ...rebuilt)).toMatchObject(fine);
  expect(await product.ops('verify', ...rebuilt)).toEqual(different);
  expect(await product.ops('rebuild', ...rebuilt)).toMatchObject({
    ...fine,
    output: expect.stringContaining('is live'),
  });
  expect(await product.ops('verify', ...rebuilt)).toMatchObject(fine);
  expect(await product.ops('rollback', 'identity', 'directory')).toEqual(toLookAt('409.*no previous build'));
}, 120_000);

it('finds a parked stream, shows it, replays it once the cause is mended, or leaves the event out', async () => {
  const table = 'alter table read_model.ticket';
  await product.sql('routing', `${table} add constraint no_poison check (subject is distinct from 'Poison')`);
  const poison = await openTicket('Poison');
  const sane = await openTicket('Sane');
  await ticket(sane.ticketId, sane.position); // the other streams flow
  const stream = `ticket-${poison.ticketId}`;
  expect(await product.ops('parked')).toEqual(toLookAt(`routing +projection/ticket +${stream} .*no_poison`));
  expect(await product.ops('status')).toEqual(toLookAt(`projection/ticket has parked the stream ${stream}`));
  expect(await product.metrics()).toContain('guichet_parked_streams{service="routing"} 1');
  const shown = await product.opsJson<{ type: string; reason: string }[]>('show-parked', 'routing', stream);
  expect(shown).toEqual([
    expect.objectContaining({ type: 'TicketOpened', reason: expect.stringContaining('no_poison') }),
  ]);
  expect(await product.ops('replay', 'routing', stream)).toEqual(toLookAt('1 stay parked: .*no_poison'));

  await product.sql('routing', `${table} drop constraint no_poison`);
  const ofAnother = ['--tenant', '00000000-0000-4000-8000-00000000dead'];
  expect(await product.ops('replay', 'routing', stream, ...ofAnother)).toEqual(toLookAt('404: No consumer has parked'));
  expect(await product.ops('replay', 'routing', stream)).toMatchObject({
    output: expect.stringContaining('1 events applied'),
  });
  expect(await ticket(poison.ticketId)).toMatchObject({ subject: 'Poison' });
  expect(await product.ops('parked')).toMatchObject(fine);
  expect(await product.ops('replay', 'routing', stream)).toEqual(toLookAt('404: No consumer has parked'));

  await product.sql('routing', `${table} add constraint no_venom check (subject is distinct from 'Venom')`);
  const venom = await openTicket('Venom');
  await until('it to be parked', async () => (await product.ops('parked', 'routing')).output.includes(venom.ticketId));
  const discard = ['discard', 'routing', `ticket-${venom.ticketId}`];
  expect(await product.ops(...discard)).toMatchObject({ code: 2, output: expect.stringContaining('--yes') });
  expect(await product.ops(...discard, '--yes')).toMatchObject({
    ...fine,
    output: expect.stringContaining('1 left out'),
  });
  await product.sql('routing', `${table} drop constraint no_venom`);
  expect(await product.ops('verify', 'routing')).toMatchObject(fine); // left out when folded anew, too
}, 120_000);

it('finds a feed that stands still, and lets it flow again', async () => {
  const move = (by: number) =>
    product.sql('routing', `update feed_checkpoint set cursor = cursor + $1 where source = 'intake'`, [by]);
  await move(1000);
  await until('the feed to stand still', async () => (await product.ops('status')).code === 1);
  expect(await product.ops('status')).toEqual(
    toLookAt('routing no longer follows intake: .*was an older copy restored'),
  );
  expect(await product.metrics()).toContain('guichet_feed_halted_partitions{consumer="routing",source="intake"} 1');
  const meanwhile = await openTicket('While it stood still');
  await move(-1000);
  expect(await product.ops('resume', 'routing', 'intake')).toMatchObject({
    ...fine,
    output: expect.stringContaining('1 partitions of intake flow again'),
  });
  expect(await ticket(meanwhile.ticketId, meanwhile.position)).toMatchObject({ subject: 'While it stood still' });
  expect(await product.ops('status')).toMatchObject(fine);
  expect(await product.ops('republish', 'intake')).toMatchObject(fine);
}, 60_000);

it('says what is wrong with a command', async () => {
  for (const [args, code, words] of [
    [['help'], 0, 'npm run ops -- <command>'],
    [['frobnicate'], 2, 'There is no command frobnicate'],
    [['rebuild', 'routing'], 2, 'Which projection?'],
    [['verify', 'billing'], 2, 'There is no service billing'],
    [
      ['verify', 'routing', 'nonsense'],
      1,
      '404: There is no projection nonsense. Known: ticket, ticket-search, department, agent',
    ],
    [['status', '--url', 'http://127.0.0.1:9'], 1, 'http://127.0.0.1:9 does not answer'],
    [['status', '--token', await product.token('demo', 'agent')], 1, '403: .*role operator'],
    [['status', '--data', join(home, 'nowhere')], 2, 'No access token'],
  ] as const) {
    const said = await product.ops(...args);
    expect([args, said]).toEqual([args, { code, output: expect.stringMatching(words) }]);
    expect(said.output).not.toContain('    at ');
  }
}, 60_000);

/** Everything that must be equal after a restore, of the demo's tenant, which rests meanwhile. */
async function numbers(): Promise<object> {
  const [agent, analyst] = [await product.token('demo', 'agent'), await product.token('demo', 'analyst')];
  const queue = await product.ask<{ items: { ticketId: string }[] }>(
    agent,
    '/routing/v1/departments/billing/queue?limit=100',
  );
  const first = queue.items[0]!.ticketId;
  const kpis: Record<string, unknown> = {};
  for (const id of [
    'tickets-opened',
    'tickets-resolved',
    'backlog',
    'transfers-per-ticket',
    'first-resolution-time',
    'one-touch-rate',
  ]) {
    const period = 'from=2020-01-01&to=2040-01-01&timeZone=Europe/Paris';
    const answer = await product.ask<{ value: unknown; groups: unknown }>(
      analyst,
      `/analytics/v1/kpis/${id}?${period}&groupBy=department`,
    );
    kpis[id] = { value: answer.value, groups: answer.groups };
  }
  const timeline = await product.ask<{ items: unknown }>(agent, `/routing/v1/tickets/${first}/timeline`);
  const events = await product.ask<{ items: unknown }>(analyst, `/analytics/v1/tickets/${first}/events`);
  return { queue: queue.items.map(({ ticketId }) => ticketId), kpis, timeline: timeline.items, events: events.items };
}

/** Those that decide, and so have a log of their own. */
const logged = serviceNames.filter((name) => name !== 'analytics');
type Log = readonly Readonly<Record<string, unknown>>[];
async function logs(): Promise<Record<string, Log>> {
  const all: Record<string, Log> = {};
  for (const service of logged)
    all[service] = await product.sql(service, 'select position, event_id, type, data from event_log order by position');
  return all;
}

it('backs up while work goes on, restores into an empty folder, has equal numbers, and goes on', async () => {
  const operator = await product.token('demo', 'operator');
  await product.ask(operator, '/identity/v1/tenants', { slug: 'other', name: 'Other', timeZone: 'UTC' });
  const before = await numbers();
  const writer = keepOpening();
  await until('the other tenant to work', () => writer.acknowledged.length >= 5);
  const acknowledgedBefore = [...writer.acknowledged];
  const backup = join(home, 'backup');
  const headsBefore = Object.fromEntries(Object.entries(await logs()).map(([service, log]) => [service, log.length]));
  expect(await product.ops('backup', backup)).toMatchObject(fine);
  await until('work to go on', () => writer.acknowledged.length > acknowledgedBefore.length + 5);
  await writer.stop();
  expect(await numbers()).toEqual(before);
  const original = await logs();
  await product.stop();

  expect(await ops(join(home, 'restored'), 'check-backup', backup)).toMatchObject(fine);
  expect(await ops(product.dataDir, 'restore', backup)).toEqual(toLookAt('is not empty'));
  expect(await ops(join(home, 'restored'), 'restore', backup)).toMatchObject(fine);
  product = await start(join(home, 'restored'));

  expect(await numbers()).toEqual(before);
  const restored = await logs();
  for (const service of logged) {
    const [log, whole] = [restored[service]!, original[service]!];
    const head = headsBefore[service]!;
    expect(log.slice(0, head)).toEqual(whole.slice(0, head));
    expect(log.length).toBeGreaterThanOrEqual(head);
    // What a policy had not decided when it was backed up is decided again, perhaps in another order.
    const withoutPosition = ({ position: _, ...event }: Log[number]) => event;
    expect(whole.map(withoutPosition)).toEqual(expect.arrayContaining(log.slice(head).map(withoutPosition)));
  }
  expect(restored['intake']!.length).toBeLessThan(original['intake']!.length); // work went on after it
  const opened = restored['intake']!.map(({ data }) => (data as { ticketId?: string }).ticketId);
  expect(opened).toEqual(expect.arrayContaining(acknowledgedBefore));

  // Keys and secrets: a token of before is good, by the same keys; and the demo client's secret is the same.
  expect(await product.ask(operator, '/identity/v1/operations/projections')).toMatchObject({ rebuilds: [] });
  const next = await openTicket('After the restore');
  expect(Number(next.position.split('=')[1])).toBe(restored['intake']!.length + 1);
  expect(await ticket(next.ticketId, next.position)).toMatchObject({ subject: 'After the restore' });
  expect(await product.ops('verify')).toMatchObject(fine);
  expect(await product.ops('status')).toMatchObject(fine);
}, 240_000);

/** Opens one ticket after another in a tenant of its own. */
function keepOpening() {
  const acknowledged: string[] = [];
  let isStopping = false;
  const work = (async () => {
    while (!isStopping) acknowledged.push((await openTicket(`Number ${acknowledged.length}`, 'other')).ticketId);
  })();
  const stop = async () => {
    isStopping = true;
    await work;
  };
  return { acknowledged, stop };
}
