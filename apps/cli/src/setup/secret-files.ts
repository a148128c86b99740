/** The files that hold what is secret in an installation of containers, and who reads each. Pure. */
import { type ServiceName, serviceNames } from '@guichet/contracts';

/** The account that a container runs as. */
export type Reader = 'guichet' | 'postgres';

export interface SecretFile {
  /** Below the folder of secrets: the container's part of it, then the name of the file. */
  readonly path: string;
  readonly reader: Reader;
  /** Files of the same secret hold the same text. */
  readonly secret: string;
}

/** User ids, as the images have them. */
export const accounts: Readonly<Record<Reader, number>> = { guichet: 10_001, postgres: 999 };

const issuer: ServiceName = 'identity';

/** What is made at random. */
export const secretFiles: readonly SecretFile[] = [
  { path: 'postgres/password', reader: 'postgres', secret: 'postgres' },
  { path: 'operator/operator-secret', reader: 'guichet', secret: 'operator' },
  { path: 'operator/metrics-token', reader: 'guichet', secret: 'metrics' },
  { path: `${issuer}/identity-secret`, reader: 'guichet', secret: 'identity' },
  { path: `${issuer}/operator-secret`, reader: 'guichet', secret: 'operator' },
  ...serviceNames.flatMap((name): SecretFile[] => [
    { path: `${name}/cursor-secret`, reader: 'guichet', secret: `${name}-cursor` },
    { path: `${name}/metrics-token`, reader: 'guichet', secret: 'metrics' },
  ]),
];

/** What follows from the server's password: how a service reaches its database, and how its migrations do. */
export const databaseFiles = (service: ServiceName) =>
  ({ app: `${service}/database-url`, owner: `${service}-owner/migration-database-url` }) as const;
