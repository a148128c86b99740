import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultInstallation, type EveryService, type ServiceName, serviceNames, services } from '@guichet/contracts';
import { AnalyticsModule } from '@guichet/analytics';
import { CommunityModule } from '@guichet/community';
import { seedDemo } from '@guichet/demo';
import { demoSecrets, IdentityModule } from '@guichet/identity';
import { IntakeModule } from '@guichet/intake';
import { EmbeddedFeed } from '@guichet/messaging';
import {
  assertPortFree,
  bootstrap,
  type HostedService,
  reachable,
  StartupError,
  type StopOptions,
  type Stoppable,
} from '@guichet/http-host';
import { feedLog, Metrics, observeFeed } from '@guichet/observability';
import { type PlatformSettings } from '@guichet/config';
import { provisionDatabase } from '@guichet/event-sourcing';
import { KnowledgeModule } from '@guichet/knowledge';
import { type LocalPostgres, LocalPostgresError, startLocalPostgres } from '@guichet/local-postgres';
import { RoutingModule } from '@guichet/routing';
import type { DynamicModule } from '@nestjs/common';
import { choosePort } from './choose-port.js';
import { fillForum } from './demo-forum.js';
import { mountFrontPage } from './front-page.http.js';
import { IssuerKeys } from './issuer-keys.js';
import { type Address, demoMarks, type Secrets, keepSecrets, publishAddress, readAddress } from './kept-files.js';
import { type AllInOneSettings, loadAllInOneSettings, usualDataDir } from './settings.js';
import { tokenCommandFor, welcome } from './welcome.js';

/** The process, in its log. */
export const allInOne = 'all-in-one';

/** Nobody else writes to these databases, so runners are woken by what is written here; ms. */
const pollMs = 2_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts everything in this process; answers what stops it, database last. */
export async function startAllInOne(env: Environment): Promise<Stoppable> {
  const asked = loadAllInOneSettings(env);
  // On a database of one's own only the port keeps a second instance away.
  const isFixed = Boolean(env['PORT']) || asked.adminUrl !== undefined;
  const settings = { ...asked, port: await choosePort(asked.host, asked.port, isFixed) };
  await assertPortFree(settings.host, settings.port);
  const postgres = settings.adminUrl === undefined ? await localPostgres(settings.dataDir) : undefined;
  let stopping = false;
  try {
    if (!postgres) await mkdir(settings.dataDir, { recursive: true });
    const secrets = await keepSecrets(settings.dataDir);
    const url = settings.publicUrl?.replace(/\/$/, '') ?? `http://${reachable(settings.host)}:${settings.port}`;
    const issuer = `${url}/identity`;
    const feed = new EmbeddedFeed({ observe: feedLog(), pollMs });
    const keys = new IssuerKeys();
    const adminUrl = postgres?.adminUrl ?? settings.adminUrl!;
    const isDemo = settings.mode === 'demo';
    const tokenCommand = tokenCommandFor(settings.dataDir, usualDataDir);
    const host = await bootstrap({
      name: allInOne,
      services: await hostedServices(adminUrl, settings, issuer, secrets, feed, keys),
      settings: platformSettings(settings, issuer, secrets),
      keys: keys.get,
      mount: (fastify) => mountFrontPage(fastify, { isDemo, tokenCommand }),
    });
    observeFeed(host.app.get(Metrics), feed);
    let forum: { stop(): Promise<void> } | undefined;
    const stop = async (how: StopOptions) => {
      stopping = true;
      await forum?.stop();
      await host.stop(how);
      await postgres?.stop();
    };
    try {
      const address = await afterStart(settings, issuer, host.url, secrets);
      const takenPort = settings.port === asked.port || asked.port === 0 ? undefined : asked.port;
      const { dataDir } = settings;
      process.stdout.write(welcome({ url, localUrl: host.url, isDemo, dataDir, takenPort, tokenCommand }));
      if (isDemo && settings.demoHistory) forum = fillForum({ marks: demoMarks(dataDir), ...address });
    } catch (error) {
      await stop({ atOnce: true });
      throw error;
    }
    void postgres?.ended.then((log) => {
      if (!stopping) throw new StartupError(withoutDatabase(log)); // nobody catches it: that ends the process
    });
    return { stop };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

async function afterStart(settings: AllInOneSettings, issuer: string, url: string, secrets: Secrets): Promise<Address> {
  const client =
    settings.mode === 'demo'
      ? { clientId: demoSecrets.clientId, clientSecret: secrets.demoClient }
      : { clientId: 'operator', clientSecret: secrets.operator };
  const address = { url, issuer, pid: process.pid, ...client };
  await publishAddress(settings.dataDir, address);
  if (settings.mode === 'demo' && settings.demoHistory)
    await seedDemo({ marks: demoMarks(settings.dataDir), ...address });
  return address;
}

async function localPostgres(dataDir: string): Promise<LocalPostgres> {
  try {
    return await startLocalPostgres({ dataDir });
  } catch (error) {
    if (!(error instanceof LocalPostgresError)) throw error;
    const running = error.problem === 'data-folder-in-use' ? await readAddress(dataDir) : undefined;
    const hint = running === undefined ? '' : ` It answers at ${running.url}`;
    throw new StartupError(`${error.message}${hint}`, { cause: error });
  }
}

async function hostedServices(
  adminUrl: string,
  settings: AllInOneSettings,
  issuer: string,
  secrets: Secrets,
  feed: EmbeddedFeed,
  keys: IssuerKeys,
): Promise<HostedService[]> {
  const databaseOf = async (service: ServiceName) => {
    const { ownerUrl, appUrl } = await provisionDatabase({ adminUrl, database: services[service].database });
    return { databaseUrl: appUrl, migrationDatabaseUrl: ownerUrl, pollMs };
  };
  const identity = {
    ...(await databaseOf('identity')),
    feed,
    issuer,
    onKeys: keys.set,
    mode: settings.mode,
    secret: secrets.identity,
    operatorSecret: secrets.operator,
    ...(settings.mode === 'demo' ? { demo: { clientId: demoSecrets.clientId, clientSecret: secrets.demoClient } } : {}),
  };
  const modules: EveryService<DynamicModule> = {
    identity: IdentityModule.register(identity),
    intake: IntakeModule.register({ ...(await databaseOf('intake')), feed }),
    routing: RoutingModule.register({ ...(await databaseOf('routing')), feed }),
    knowledge: KnowledgeModule.register({
      ...(await databaseOf('knowledge')),
      ...{ feed, filesDir: join(settings.dataDir, 'files'), unusedFileDays: settings.unusedFileDays },
      ...{ searchUrl: settings.searchUrl, searchIndex: settings.searchIndex },
    }),
    community: CommunityModule.register({ ...(await databaseOf('community')), feed }),
    analytics: AnalyticsModule.register({ ...(await databaseOf('analytics')), feed }),
  };
  return serviceNames.map((name) => ({ name, module: modules[name] }));
}

function platformSettings(settings: AllInOneSettings, issuer: string, secrets: Secrets): PlatformSettings {
  return {
    ...settings,
    installation: defaultInstallation, // it shares no broker, and its data folder is its own
    oidcIssuer: issuer,
    oidcJwksUrl: undefined, // the keys are handed over in this process
    oidcAudience: 'guichet',
    oidcTokenType: 'at+jwt',
    oidcTenantClaim: 'tenant',
    oidcRolesClaim: 'roles',
    cursorSecret: secrets.cursor,
  };
}

/** Without its database the process can do nothing; a new start recovers. */
const withoutDatabase = (log: string): string =>
  `PostgreSQL has ended by itself. Start again: nothing that was acknowledged is lost. Its log ends with:\n${log}`;
