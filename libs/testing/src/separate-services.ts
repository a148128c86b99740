/** How the separate services are set up for a test: their settings, and tokens from their issuer. */
import { clientCredentials, type Credentials, type TokenSource } from '@guichet/client';

export type Client = Credentials;

// Known to everyone, as the demo's are: such a product lives for one test.
const secrets = {
  IDENTITY_SECRET: 'a-secret-for-one-test-run-and-no-longer',
  CURSOR_SECRET: 'another-secret-for-one-test-run-only',
};
export const demoClient: Client = { clientId: 'demo', clientSecret: 'demo-only-client-secret-known-to-everyone' };

export interface ServiceSettings {
  readonly port: number;
  /** Where the gateway is: the issuer is below it. */
  readonly url: string;
  readonly database: { readonly ownerUrl: string; readonly appUrl: string };
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
}

/** The limits have tests of their own; others ask faster than people do. */
const unlimited = { RATE_LIMIT_CLIENT: '0', RATE_LIMIT_TENANT: '0', RATE_LIMIT_ADDRESS: '0', RATE_LIMIT_IMPORTS: '0' };

/** The environment of one process. */
export function environmentOf({ port, url, database, brokers, topicPrefix }: ServiceSettings): Record<string, string> {
  return {
    ...secrets,
    PORT: String(port),
    GUICHET_MODE: 'demo',
    DATABASE_URL: database.appUrl,
    MIGRATION_DATABASE_URL: database.ownerUrl,
    OIDC_ISSUER: `${url}/identity`,
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    // Of the folder that the processes of a product run in.
    FILES_DIR: 'files',
    LOG_LEVEL: 'warn',
    SHUTDOWN_DELAY_SECONDS: '0',
    ...unlimited,
  };
}

/** Asks the issuer behind `url` for tokens of the demo client, for any tenant and role: another one each time. */
export const tokensOf =
  (url: string, client: Client) =>
  (tenant: string, role: string, signal?: AbortSignal): Promise<string> =>
    tokenSourceOf(url, client)(tenant, role).token(signal);

/** As `tokensOf`, for work that may take longer than a token lives: each source renews its own. */
export const tokenSourceOf =
  (url: string, client: Client) =>
  (tenant: string, role: string): TokenSource =>
    clientCredentials({ ...client, baseUrl: url, tenant, roles: [role] });
