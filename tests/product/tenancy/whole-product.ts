/** Every service in this process, on databases of its own, behind an issuer that makes anybody a token. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EveryService, type ServiceName, serviceNames } from '@guichet/contracts';
import { AnalyticsModule } from '@guichet/analytics';
import { CommunityModule } from '@guichet/community';
import { IdentityModule } from '@guichet/identity';
import { IntakeModule } from '@guichet/intake';
import { KnowledgeModule } from '@guichet/knowledge';
import { EmbeddedFeed } from '@guichet/messaging';
import { openApiDocument, type Role } from '@guichet/http-host';
import { type PlatformSettings } from '@guichet/config';
import { provisionDatabase } from '@guichet/event-sourcing';
import { startTestHost, testIssuer, type TestHost } from '@guichet/http-host/testing';
import { RoutingModule } from '@guichet/routing';
import { postgresForTests, type TestDatabase } from '@guichet/testing';
import type { DynamicModule } from '@nestjs/common';
import pg from 'pg';

export interface WholeProduct {
  readonly host: TestHost;
  readonly databases: EveryService<TestDatabase>;
  /** `GET /routing/v1/tickets/{ticketId}` → what the document says of it. Those that take an access token. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Those that take none. */
  readonly openOperations: ReadonlyMap<string, Operation>;
  stop(): Promise<void>;
}

export interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly $ref?: string; readonly in?: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security: readonly object[];
}

export async function startWholeProduct(settings: Partial<PlatformSettings> = {}): Promise<WholeProduct> {
  const made = await Promise.all(serviceNames.map(async (name) => [name, await provisioned(name)] as const));
  const databases = Object.fromEntries(made) as Record<ServiceName, TestDatabase>;
  const feed = new EmbeddedFeed();
  const filesDir = await mkdtemp(join(tmpdir(), 'guichet-files-'));
  const databaseOf = (name: ServiceName) => ({
    databaseUrl: databases[name].appUrl,
    migrationDatabaseUrl: databases[name].ownerUrl,
  });
  const secret = 'seals the keys of the tests of tenancy';
  const modules: EveryService<DynamicModule> = {
    identity: IdentityModule.register({ ...databaseOf('identity'), feed, issuer: testIssuer, mode: 'demo', secret }),
    intake: IntakeModule.register({ ...databaseOf('intake'), feed }),
    routing: RoutingModule.register({ ...databaseOf('routing'), feed }),
    knowledge: KnowledgeModule.register({ ...databaseOf('knowledge'), feed, filesDir }),
    community: CommunityModule.register({ ...databaseOf('community'), feed }),
    analytics: AnalyticsModule.register({ ...databaseOf('analytics'), feed }),
  };
  const services = serviceNames.map((name) => ({ name, module: modules[name] }));
  const host = await startTestHost(services, settings);
  const [operations, openOperations] = [new Map<string, Operation>(), new Map<string, Operation>()];
  for (const service of services) {
    for (const [path, item] of Object.entries(openApiDocument(host.host.app, service).paths)) {
      for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
        const takesToken = operation.security.some((one) => 'accessToken' in one);
        (takesToken ? operations : openOperations).set(`${method.toUpperCase()} ${path}`, operation);
      }
    }
  }
  const stop = async () => {
    await host.stop();
    await rm(filesDir, { recursive: true, force: true });
    await Promise.all(made.map(([, database]) => database.drop()));
  };
  return { host, databases, operations, openOperations, stop };
}

/** A database with its roles as the product itself makes them. */
async function provisioned(service: ServiceName): Promise<TestDatabase> {
  const { adminUrl } = await postgresForTests();
  const name = `${service}_${randomBytes(5).toString('hex')}`;
  const inside = new URL(adminUrl);
  inside.pathname = `/${name}`;
  const drop = async () => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(`drop database ${name} with (force)`);
    await client.query(`drop role ${name}_owner, ${name}_app`);
    await client.end();
  };
  return { name, adminUrl: inside.href, ...(await provisionDatabase({ adminUrl, database: name })), drop };
}

/** Somebody of a tenant, known by their role: `agent-of-acme`. */
export const subjectOf = (slug: string, role: Role | 'somebody'): string => `${role}-of-${slug}`;
