import { services } from '@guichet/contracts';
import { LogReader, TenantDatabase } from '@guichet/event-sourcing';
import { Standings } from '@guichet/http-host';
import { defineService, FollowedAccounts, SERVICE_SETTINGS } from '@guichet/service';
import pg from 'pg';
import { clientDecider } from './client/client.js';
import { ClientHttp } from './client/client.http.js';
import { DirectoryProjection } from './directory/directory.projection.js';
import { Directory } from './directory/directory.query.js';
import { toPublicEvent } from './identity.publisher.js';
import { type IdentityOptions, productionProblems } from './identity.settings.js';
import { RunningIssuer } from './issuer/running-issuer.runtime.js';
import { identityMigrations } from './migrations/index.js';
import { Secrets } from './secrets.js';
import { RoleSourceHttp } from './tenant/role-source.http.js';
import { tenantDecider } from './tenant/tenant.js';
import { TenantHttp } from './tenant/tenant.http.js';
import { Profiles } from './user/profiles.store.js';
import { userDecider } from './user/user.js';
import { UserHandler } from './user/user.handler.js';
import { UserHttp } from './user/user.http.js';

/** What is written here counts at once, also what another replica has written. */
const accounts = {
  provide: FollowedAccounts,
  useFactory: (pool: pg.Pool, database: TenantDatabase, { wake }: LogReader, standings: Standings) =>
    new FollowedAccounts({ service: 'identity', pool, database, table: 'event_log', wake, rememberedMs: 0 }, standings),
  inject: [pg.Pool, TenantDatabase, LogReader, Standings],
};
const secrets = {
  provide: Secrets,
  useFactory: ({ secret }: IdentityOptions) => new Secrets(secret),
  inject: [SERVICE_SETTINGS],
};

/** Identity: tenants, people, service accounts, and the issuer of access tokens. */
export const IdentityModule = defineService<IdentityOptions>(services.identity, {
  connections: 10,
  deciders: [tenantDecider, userDecider, clientDecider],
  publish: toPublicEvent,
  migrations: identityMigrations,
  projections: [{ projection: DirectoryProjection, reads: ['own'] }],
  companions: [{ check: 'identity-issuer', companion: RunningIssuer }],
  problems: productionProblems,
  controllers: [TenantHttp, RoleSourceHttp, UserHttp, ClientHttp],
  providers: [UserHandler, Profiles, Directory, accounts, secrets],
});
