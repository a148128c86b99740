import { mkdir } from 'node:fs/promises';
import { type EveryService, type ServiceName, serviceNames, services } from '@guichet/contracts';
import { AnalyticsModule } from '@guichet/analytics';
import { demoSecrets, IdentityModule } from '@guichet/identity';
import { IntakeModule } from '@guichet/intake';
import { EmbeddedFeed } from '@guichet/messaging';
import { assertPortFree, bootstrap, type HostedService, StartupError, type Stoppable } from '@guichet/http-host';
import { feedLog, Metrics, observeFeed } from '@guichet/observability';
import { type PlatformSettings } from '@guichet/config';
import { provisionDatabase } from '@guichet/event-sourcing';
import { type LocalPostgres, LocalPostgresError, startLocalPostgres } from '@guichet/local-postgres';
import { RoutingModule } from '@guichet/routing';
import type { DynamicModule } from '@nestjs/common';
import { seedDemo } from './demo/seed-demo.js';
import { freePort } from './free-port.js';
import { type Secrets, keepSecrets, publishAddress } from './kept-files.js';
import { type AllInOneSettings, loadAllInOneSettings } from './settings.js';
import { welcome } from './welcome.js';

/** Nobody else writes to these databases, so runners are woken by what is written here; ms. */
const pollMs = 2_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Starts everything in this process; answers what stops it, database last. */
export async function startAllInOne(env: Environment): Promise<Stoppable> {
  const asked = loadAllInOneSettings(env);
  await assertPortFree(asked.host, asked.port);
  const settings = { ...asked, port: asked.port || (await freePort(asked.host)) };
  const postgres = settings.adminUrl === undefined ? await localPostgres(settings.dataDir) : undefined;
  let stopping = false;
  try {
    if (!postgres) await mkdir(settings.dataDir, { recursive: true });
    const secrets = await keepSecrets(settings.dataDir);
    const url = settings.publicUrl?.replace(/\/$/, '') ?? `http://127.0.0.1:${settings.port}`;
    const issuer = `${url}/identity`;
    const feed = new EmbeddedFeed({ observe: feedLog(), pollMs });
    const services = await hostedServices(postgres?.adminUrl ?? settings.adminUrl!, settings, issuer, secrets, feed);
    const host = await bootstrap({ services, settings: platformSettings(settings, issuer, secrets) });
    observeFeed(host.app.get(Metrics), feed);
    const stop = async () => {
      stopping = true;
      await host.stop();
      await postgres?.stop();
    };
    try {
      await afterStart(settings, url, issuer, host.url, secrets);
    } catch (error) {
      await stop();
      throw error;
    }
    void postgres?.ended.then((log) => {
      if (!stopping) endWithout(log);
    });
    return { stop };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

async function afterStart(
  settings: AllInOneSettings,
  url: string,
  issuer: string,
  localUrl: string,
  secrets: Secrets,
): Promise<void> {
  const client =
    settings.mode === 'demo'
      ? { clientId: demoSecrets.clientId, clientSecret: secrets.demoClient }
      : { clientId: 'operator', clientSecret: secrets.operator };
  await publishAddress(settings.dataDir, { url: localUrl, issuer, ...client });
  const isDemo = settings.mode === 'demo';
  if (isDemo && settings.demoHistory) await seedDemo({ url: localUrl, issuer, dataDir: settings.dataDir, ...client });
  process.stdout.write(welcome({ url, isDemo, dataDir: settings.dataDir }));
}

async function localPostgres(dataDir: string): Promise<LocalPostgres> {
  try {
    return await startLocalPostgres({ dataDir });
  } catch (error) {
    if (error instanceof LocalPostgresError) throw new StartupError(error.message, { cause: error });
    throw error;
  }
}

async function hostedServices(
  adminUrl: string,
  settings: AllInOneSettings,
  issuer: string,
  secrets: Secrets,
  feed: EmbeddedFeed,
): Promise<HostedService[]> {
  const databaseOf = async (service: ServiceName) => {
    const { ownerUrl, appUrl } = await provisionDatabase({ adminUrl, database: services[service].database });
    return { databaseUrl: appUrl, migrationDatabaseUrl: ownerUrl, pollMs };
  };
  const identity = {
    ...(await databaseOf('identity')),
    feed,
    issuer,
    mode: settings.mode,
    secret: secrets.identity,
    operatorSecret: secrets.operator,
    ...(settings.mode === 'demo' ? { demo: { clientId: demoSecrets.clientId, clientSecret: secrets.demoClient } } : {}),
  };
  const modules: EveryService<DynamicModule> = {
    identity: IdentityModule.register(identity),
    intake: IntakeModule.register({ ...(await databaseOf('intake')), feed }),
    routing: RoutingModule.register({ ...(await databaseOf('routing')), feed }),
    analytics: AnalyticsModule.register({ ...(await databaseOf('analytics')), feed }),
  };
  return serviceNames.map((name) => ({ name, module: modules[name] }));
}

function platformSettings(settings: AllInOneSettings, issuer: string, secrets: Secrets): PlatformSettings {
  return {
    ...settings,
    oidcIssuer: issuer,
    // The keys are asked for where this process listens, whatever name the issuer has outside.
    oidcJwksUrl: `http://127.0.0.1:${settings.port}/identity/jwks`,
    oidcAudience: 'guichet',
    oidcTokenType: 'at+jwt',
    oidcTenantClaim: 'tenant',
    oidcRolesClaim: 'roles',
    cursorSecret: secrets.cursor,
    shutdownGraceSeconds: 25,
  };
}

/** Without its database the process can do nothing; a new start recovers. */
function endWithout(log: string): void {
  process.stderr.write(
    `PostgreSQL has ended by itself. Start again: nothing that was acknowledged is lost. Its log ends with:\n${log}\n`,
  );
  process.exit(1);
}
