import { setTimeout as delay } from 'node:timers/promises';
import { clientCredentials, type Credentials, GuichetClient } from '@guichet/client';
import { patientFetch } from '@guichet/client/node';
import { followers, type ServiceName, serviceNames, services } from '@guichet/contracts';
import { until } from '@guichet/testing';
import { Desk } from './desk.js';
import { type Exchange, Exchanges, trust } from './exchanges.js';
import { engineOfRun, Installation } from './installation.js';

/** docker-compose.yml as it is shipped, two replicas of each service, used through its gateway only. */
const engine = engineOfRun();
if (!engine) console.log('The containers are not tried here: `npm run test:containers` builds them and tries them.');
const describeWithEngine = engine ? describe : describe.skip;

const people = 4;
/** A replica that was killed is missing for so long. */
const goneMs = 2_000;
/** Services of which a replica is replaced at a time. */
const atOnce = 2;

/** What `guichet bootstrap` says of what it made. */
interface Started {
  readonly client: Credentials;
  readonly ticket: { readonly ticketId: string };
}

interface Kill {
  readonly service: ServiceName;
  readonly fromMs: number;
  readonly toMs: number;
}

describeWithEngine('docker compose up', () => {
  const exchanges = new Exchanges();
  let installation: Installation;
  let started: Started;
  let client: GuichetClient;

  const patient = (credentials: Credentials): GuichetClient => {
    const { fetch } = exchanges;
    const tokens = clientCredentials({ ...credentials, baseUrl: installation.url, fetch });
    return new GuichetClient({ baseUrl: installation.url, tokens, fetch, maxAttempts: 60, maxDelayMs: 1_000 });
  };

  beforeAll(async () => {
    if (!engine) throw new Error('no engine');
    installation = await Installation.create(engine);
    await installation.up();
    await installation.healthy();
    const [gateway = ''] = await installation.containersOf('gateway');
    trust(await installation.docker('exec', gateway, 'cat', '/data/caddy/pki/authorities/local/root.crt'));
    started = await bootstrap();
    client = patient(started.client);
  }, 240_000);

  afterAll(async () => {
    await installation.down();
  }, 60_000);

  /** As an operator begins: a tenant, a department, an account, and a first ticket that shows that it gets through. */
  async function bootstrap(): Promise<Started> {
    const wanted = ['--tenant', 'acme', '--time-zone', 'Europe/Paris', '--department', 'Billing', '--first-ticket'];
    return JSON.parse(await installation.job('commands', 'guichet', 'bootstrap', ...wanted, '--json')) as Started;
  }

  it('runs each service without root, capabilities and a file system to write to', async () => {
    for (const name of serviceNames) {
      const [id = ''] = await installation.containersOf(name);
      const format =
        '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}';
      const [facts = ''] = (await installation.docker('inspect', '--format', format, id)).split('\n');
      expect(facts).toBe('10001:10001 true [ALL] [no-new-privileges:true]');
    }
  });

  it.each(['/health/ready', '/metrics', '/', '/postgres/'])('does not show %s to the public', async (path) => {
    expect((await patientFetch(`${installation.url}${path}`, {})).status).toBe(404);
  });

  it('refuses what is larger than the product takes', async () => {
    const before = exchanges.all.length;
    const body = { subject: 'x', body: 'x'.repeat(1_100_000), channel: 'portal' };
    await expect(client.post('/intake/v1/tickets', body)).rejects.toMatchObject({ status: 413 });
    exchanges.all.length = before; // asked for
  });

  it('loses nothing, doubles nothing and fails nobody while containers are killed and replaced', async () => {
    const desk = new Desk(client, [started.ticket.ticketId]);
    try {
      await desk.post('/routing/v1/departments', { departmentId: 'technical', name: 'Technical' });
      await client.get('/routing/v1/departments/billing/queue', { after: desk.after });
      await hearsAtOnce(desk);
      desk.start(people);
      const kills = await killOneOfEach();
      await installation.healthy();
      await replaceOneOfEach();
      await installation.healthy();
      await desk.close();

      expect(exchanges.failures.filter((failure) => !kills.some((kill) => isOfKilled(failure, kill)))).toEqual([]);
      await figuresAreExact(desk);
      await logsAreExact(desk);
      console.log(
        `${exchanges.all.length} requests, ${exchanges.failures.length} of them on the sockets of killed containers; ` +
          `${desk.opened.length} tickets, ${desk.transferred} transfers.`,
      );
    } catch (error) {
      if (error instanceof Error) error.message += `\n${await installation.logs()}`;
      throw error;
    }
  }, 480_000);

  it('brings in the demo where it is asked for', async () => {
    const said = await installation.job('demo', 'demo');
    const [, clientId = '', clientSecret = ''] = /account: (\S+), secret (\S+)/.exec(said) ?? [];
    const demo = patient({ clientId, clientSecret });
    const opened = await until(
      'the demo in the figures',
      async () => (await demo.get<{ value: number }>('/analytics/v1/kpis/tickets-opened')).value,
      60_000,
      500,
    );
    expect(opened).toBeGreaterThan(100);
    const articles = await until(
      'the articles of the demo',
      async () => (await demo.get<{ items: unknown[] }>('/knowledge/v1/sitemap')).items.length,
      60_000,
      500,
    );
    expect(articles).toBeGreaterThan(0);
  }, 180_000);

  /** A live stream brings a ticket while it goes on: the gateway keeps nothing back. */
  async function hearsAtOnce(desk: Desk): Promise<void> {
    const ended = new AbortController();
    const events = client.live('/routing/v1/departments/billing/queue/live', { signal: ended.signal });
    const heard = (async () => {
      for await (const { event } of events) if (event === 'ticket') return true;
      return false;
    })();
    await desk.open('Is anybody there?');
    const silence = delay(10_000, false, { ref: false });
    expect(await Promise.race([heard, silence])).toBe(true);
    ended.abort(new Error('heard'));
  }

  async function killOneOfEach(): Promise<Kill[]> {
    const kills: Kill[] = [];
    for (const service of serviceNames) {
      const [victim = ''] = await installation.containersOf(service);
      const fromMs = performance.now();
      await installation.docker('kill', '--signal', 'KILL', victim);
      kills.push({ service, fromMs, toMs: performance.now() });
      await delay(goneMs);
      await installation.docker('start', victim);
    }
    return kills;
  }

  /** The other ones, as an upgrade does. */
  async function replaceOneOfEach(): Promise<void> {
    for (let i = 0; i < serviceNames.length; i += atOnce) {
      const others = serviceNames.slice(i, i + atOnce).map(async (service) => {
        const [, old = ''] = await installation.containersOf(service);
        await installation.docker('stop', '--time', '60', old);
        await installation.docker('rm', old);
      });
      await Promise.all(others);
      await installation.fillUp();
    }
  }

  /** It was under way when the container was killed. */
  const isOfKilled = ({ service, startedMs, endedMs }: Exchange, kill: Kill): boolean =>
    service === kill.service && startedMs <= kill.toMs && endedMs >= kill.fromMs;

  async function figuresAreExact(desk: Desk): Promise<void> {
    const value = async (kpi: string) =>
      (await client.get<{ value: number }>(`/analytics/v1/kpis/${kpi}`, { after: desk.after })).value;
    expect(new Set(desk.opened).size).toBe(desk.opened.length);
    expect(desk.transferred).toBeGreaterThan(0);
    expect(await value('tickets-opened')).toBe(desk.opened.length);
    expect((await value('transfers-per-ticket')) * desk.opened.length).toBeCloseTo(desk.transferred, 3);
  }

  /** What each service has received from another one is what that one has written, each event once. */
  async function logsAreExact(desk: Desk): Promise<void> {
    const count = async (service: ServiceName, text: string) =>
      (await installation.sql(services[service].database, text)).split(' ').map(Number);
    const [opened] = await count('intake', `select count(*) from event_log where type = 'TicketOpened'`);
    expect(opened).toBe(desk.opened.length);
    for (const follower of followers) {
      const text = `select count(*), count(distinct event_id), count(distinct (source, source_position)) from received_log`;
      const [all = 0, ids, positions] = await count(follower, text);
      expect({ follower, ids, positions }).toEqual({ follower, ids: all, positions: all });
      if (!services[follower].follows.some((source) => source === 'intake')) continue;
      const told = `select count(*) from received_log where source = 'intake' and type = 'TicketOpened'`;
      expect(await count(follower, told)).toEqual([desk.opened.length]);
    }
  }
});
