import { Logger } from '@nestjs/common';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { Provider } from 'oidc-provider/lib/provider.js';
import type pg from 'pg';
import type { IdentityOptions } from '../identity.settings.js';
import type { Secrets } from '../secrets.js';
import type { Accounts } from './accounts.store.js';
import { OidcAdapter } from './oidc-adapter.store.js';
import { signingAlgorithm, type SigningKeys } from './signing-keys.store.js';

/** The one thing tokens are for. A resource must have an absolute address; `aud` is what services check. */
const resource = 'urn:guichet';
const audience = 'guichet';

export interface ProviderParts {
  readonly options: IdentityOptions;
  readonly pool: pg.Pool;
  readonly accounts: Accounts;
  readonly secrets: Secrets;
  readonly tokenSeconds: number;
}

/** Clients come from our streams; everything else oidc-provider keeps in its own table. */
class ClientAdapter extends OidcAdapter {
  constructor(
    pool: pg.Pool,
    private readonly accounts: Accounts,
  ) {
    super('Client', pool);
  }

  override find(id: string): Promise<never> {
    return this.accounts.client(id) as Promise<never>;
  }
}

function configuration({ pool, accounts, secrets, tokenSeconds }: ProviderParts, keys: SigningKeys): Configuration {
  return {
    adapter: (model: string) => (model === 'Client' ? new ClientAdapter(pool, accounts) : new OidcAdapter(model, pool)),
    jwks: { keys: [keys.current, ...keys.others] as never },
    cookies: { keys: [secrets.cookieKey] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    clientDefaults: { id_token_signed_response_alg: signingAlgorithm },
    // Sign-in in the browser is not there yet: no response types, and only the routes of mount.ts are served.
    responseTypes: ['none'],
    scopes: [],
    claims: {},
    ttl: { ClientCredentials: tokenSeconds },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: () => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: tokenSeconds,
          // Without `kid` the library would take any key of the set, also the one that is to sign next.
          jwt: { sign: { alg: signingAlgorithm, kid: keys.current.kid } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: async (ctx: KoaContextWithOIDC, token, jwt) => {
          const { sub, ...claims } = await accounts.claims(token.clientId ?? '', ctx.oidc.body ?? {});
          Object.assign((jwt.payload ??= {}), claims, { sub });
        },
      },
    },
  };
}

/** Sign-in in the browser is not there yet, so the description must not name its pages. */
async function describeWhatIsThere(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  const description = ctx.body as Record<string, unknown> | undefined;
  if (ctx.path.startsWith('/.well-known/')) delete description?.['authorization_endpoint'];
}

/** Stateless but for its keys: made anew when they change. */
export function createProvider(parts: ProviderParts, keys: SigningKeys): Provider {
  const provider = new Provider(parts.options.issuer, configuration(parts, keys));
  // mount.ts makes every request look as if it had come to the issuer's public address.
  provider.proxy = true;
  provider.use(describeWhatIsThere as never);
  const log = new Logger('Issuer');
  provider.on('server_error', (_ctx, error) => log.error('a request to the issuer failed', error));
  return provider;
}
