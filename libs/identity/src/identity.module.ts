import { services } from '@guichet/contracts';
import { defineService, SERVICE_SETTINGS } from '@guichet/service';
import { ClientHandler } from './client/client.handler.js';
import { ClientHttp } from './client/client.http.js';
import { DirectoryProjection } from './directory/directory.projection.js';
import { Directory } from './directory/directory.query.js';
import { type IdentityOptions, productionProblems } from './identity.settings.js';
import { RunningIssuer } from './issuer/running-issuer.runtime.js';
import { identityMigrations } from './migrations/index.js';
import { Secrets } from './secrets.js';
import { TenantHandler } from './tenant/tenant.handler.js';
import { TenantHttp } from './tenant/tenant.http.js';
import { Profiles } from './user/profiles.store.js';
import { UserHandler } from './user/user.handler.js';
import { UserHttp } from './user/user.http.js';

/** Identity: tenants, people, service accounts, and the issuer of access tokens. */
export const IdentityModule = defineService<IdentityOptions>(services.identity, {
  connections: 10,
  migrations: identityMigrations,
  projections: [{ projection: DirectoryProjection, reads: ['own'] }],
  companions: [{ check: 'identity-issuer', companion: RunningIssuer }],
  problems: productionProblems,
  controllers: [TenantHttp, UserHttp, ClientHttp],
  providers: [
    ...[TenantHandler, UserHandler, ClientHandler, Profiles, Directory],
    { provide: Secrets, useFactory: ({ secret }: IdentityOptions) => new Secrets(secret), inject: [SERVICE_SETTINGS] },
  ],
});
