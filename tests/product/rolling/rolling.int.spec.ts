import { randomUUID } from 'node:crypto';
import { fixedToken } from '@guichet/client';
import { startTestHost, type TestHost, TestIssuer } from '@guichet/http-host/testing';
import { IntakeModule } from '@guichet/intake';
import { EmbeddedFeed } from '@guichet/messaging';
import { createTestDatabase, freePort, Gateway, type TestDatabase, until } from '@guichet/testing';
import { Load } from './load.js';

/** How much later the gateway knows what a replica answers to /health/ready. */
const staleMs = 600;
const requests = 400;

/** As rolling.e2e.spec.ts, small enough to be run often. */
describe('two replicas of intake, behind a gateway whose list is old', () => {
  let database: TestDatabase;
  let issuer: TestIssuer;
  let ports: readonly number[];
  let gateway: Gateway;
  let hosts: TestHost[];
  let tenantId: string;
  beforeAll(async () => {
    [database, issuer] = [await createTestDatabase('intake'), await TestIssuer.create()];
    ports = [await freePort(), await freePort()];
    gateway = await Gateway.start(await freePort(), { intake: ports.map(addressOf) }, { staleMs });
  }, 240_000);
  afterAll(async () => {
    await gateway.stop();
    await database.drop();
  });
  beforeEach(() => {
    [hosts, tenantId] = [[], randomUUID()];
  });
  afterEach(async () => {
    await Promise.all(hosts.map((host) => host.host.stop({ atOnce: true })));
  });

  const addressOf = (port: number) => `http://127.0.0.1:${port}`;
  const listed = () =>
    until('the gateway sends to both', () => ports.every((port) => gateway.sendsTo(addressOf(port))));

  async function start(port: number, shutdownDelaySeconds: number): Promise<TestHost> {
    const { appUrl: databaseUrl, ownerUrl: migrationDatabaseUrl } = database;
    const module = IntakeModule.register({ databaseUrl, migrationDatabaseUrl, feed: new EmbeddedFeed() });
    return startTestHost([{ name: 'intake', module }], { port, shutdownDelaySeconds }, issuer);
  }

  /** Starts both, then stops and starts one after the other under load. */
  async function rollUnderLoad(shutdownDelaySeconds: number, least: number): Promise<Load> {
    for (const port of ports) hosts.push(await start(port, shutdownDelaySeconds));
    await listed();
    const token = {
      agent: fixedToken(await issuer.token({ tenantId, roles: ['agent'], subject: 'amir' })),
      requester: fixedToken(await issuer.token({ tenantId, roles: ['requester'], subject: 'rita' })),
      admin: fixedToken(await issuer.token({ tenantId, roles: ['admin'], subject: 'ada' })),
    };
    const load = await Load.begin({
      ...{ url: gateway.url, name: 'rolling', hasRouting: false, followed: 4, workers: 4 },
      tokens: (role) => token[role],
    });
    await load.during(async () => {
      for (const [i, port] of ports.entries()) {
        await hosts[i]!.stop();
        hosts[i] = await start(port, shutdownDelaySeconds);
        await listed();
      }
    }, least);
    await load.end();
    return load;
  }

  it('are missed where they stop at once: the gateway’s clients see it, so this test could', async () => {
    const { failures } = await rollUnderLoad(0, 0);
    expect(failures.length).toBeGreaterThan(5);
  }, 240_000);

  it('are restarted one after the other, and nobody notices', async () => {
    // Longer than a busy machine takes to ask a replica whether anything should be sent to it.
    const load = await rollUnderLoad(3, requests);
    expect(load.failures).toEqual([]);
    expect(load.asked).toBeGreaterThanOrEqual(requests);
    expect(load.moves).toBeGreaterThanOrEqual(load.streams.length);
    for (const { path, ids } of load.streams) expect([path, ids.length]).toEqual([path, new Set(ids).size]);
  }, 240_000);
});
