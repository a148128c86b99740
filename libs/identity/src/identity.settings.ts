import type { FeedEngine } from '@guichet/messaging';
import { setting, type Settings } from '@guichet/config';
import type { JSONWebKeySet } from 'jose';

/** Known to everyone who reads this file: for demonstrations only, refused in production. */
export const demoSecrets = {
  identitySecret: 'demo-only-identity-secret-known-to-everyone',
  clientId: 'demo',
  clientSecret: 'demo-only-client-secret-known-to-everyone',
} as const;

/** What the embedded issuer reads besides the platform's settings. */
export const identitySettings = {
  secret: setting.text({
    name: 'IDENTITY_SECRET',
    required: true,
    secret: true,
    minLength: 32,
    description:
      'Seals the signing keys in the database and derives the secrets of service accounts. The same in all replicas; with another one all service accounts need new secrets.',
  }),
  operatorSecret: setting.text({
    name: 'IDENTITY_OPERATOR_SECRET',
    secret: true,
    minLength: 32,
    description:
      'Secret of the client `operator`, which may create tenants and their first service accounts. Without it there is no such client.',
  }),
  tokenSeconds: setting.integer({
    name: 'IDENTITY_TOKEN_SECONDS',
    default: 300,
    min: 60,
    max: 86_400,
    description:
      'How long an access token lasts. A service that cannot hear from this one (Kafka is away) honours tokens of disabled accounts for so long.',
  }),
  keyRotationDays: setting.integer({
    name: 'IDENTITY_KEY_ROTATION_DAYS',
    default: 30,
    min: 1,
    max: 365,
    description: 'How long a signing key signs. The next one is published as long before it is used.',
  }),
} as const;

export type IdentitySettings = Settings<typeof identitySettings>;

export interface IdentityOptions extends Partial<Pick<IdentitySettings, 'tokenSeconds' | 'keyRotationDays'>> {
  /** The service's database as its application role. */
  readonly databaseUrl: string;
  /** The same database as its owner. Without it somebody else migrates, and the service waits for that. */
  readonly migrationDatabaseUrl?: string | undefined;
  /** Connections of its pool at most; by default what the service's definition says. */
  readonly connections?: number | undefined;
  /** The installation that the service belongs to; `guichet` by default. */
  readonly installation?: string;
  /** As in ServiceOptions. */
  readonly pollMs?: number;
  /** How other services hear of disabled accounts and of roles. */
  readonly feed: FeedEngine;
  /** The public address of the issuer, as tokens name it, e.g. `https://help.example.org/identity`. */
  readonly issuer: string;
  readonly mode: 'demo' | 'production';
  /** Gets the issuer's public keys whenever they change: for whoever verifies tokens in the same process. */
  readonly onKeys?: (keys: JSONWebKeySet) => void;
  readonly secret: string;
  readonly operatorSecret?: string | undefined;
  /** A client that may ask for any tenant and any role, and made-up people. Only in demo mode. */
  readonly demo?: { readonly clientId?: string; readonly clientSecret: string };
}

/** What is wrong with these options in production: each a full sentence. Empty in demo mode. */
export function productionProblems({
  mode,
  secret,
  operatorSecret,
  demo,
  issuer,
}: Omit<IdentityOptions, 'feed'>): readonly string[] {
  if (mode !== 'production') return [];
  const known: readonly string[] = [demoSecrets.identitySecret, demoSecrets.clientSecret];
  const problems = [
    [known.includes(secret), 'IDENTITY_SECRET is a demo secret that everyone knows: choose one of your own.'],
    [
      operatorSecret !== undefined && known.includes(operatorSecret),
      'IDENTITY_OPERATOR_SECRET is a demo secret that everyone knows: choose one of your own.',
    ],
    [demo !== undefined, 'The demo client and the demo people are refused in production mode.'],
    [
      !URL.canParse(issuer),
      'OIDC_ISSUER must be the public address of the issuer, e.g. https://help.example.org/identity.',
    ],
  ] as const;
  return problems.flatMap(([applies, problem]) => (applies ? [problem] : []));
}
