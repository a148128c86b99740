/**
 * Where Guichet is, and whose tokens a command uses: given by hand, of a service account, or of the product beside it.
 */
import { readFileSync } from 'node:fs';
import { clientCredentials, type Credentials, fixedToken, type Grant, type TokenSource } from '@guichet/client';
import { type LocalAddress, readAddress } from '@guichet/client/node';
import { type Env, UsageError } from './command-line.js';

export interface Given {
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** Data folder of an all-in-one on this machine. */
  readonly dataDir: string;
  readonly env: Env;
}

export interface Connection {
  readonly baseUrl: string;
  /** `local`: of the product on this machine, whose client may ask for any tenant and role. */
  readonly kind: 'token' | 'service-account' | 'local';
  /**
   * Tokens for a tenant and roles; a token or an account that was given has its own. @throws UsageError when there is
   * none
   */
  tokens(grant: Grant): TokenSource;
}

/**
 * Empty counts as not set, as in most scripts. `<name>_FILE` may name a file that holds the value.
 * @throws UsageError for a file that cannot be read
 */
function setting(env: Env, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  if (env[name] || !file) return env[name] || undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch (error) {
    throw new UsageError(`${name}_FILE: ${(error as Error).message}`, { cause: error });
  }
}

export const dataDirOf = (env: Env): string => setting(env, 'GUICHET_DATA_DIR') ?? '.guichet';

/**
 * @param role named in the message when there is no token
 * @throws UsageError saying what is missing
 */
export function connectionOf({ url, token, dataDir, env }: Given, role: string): Connection {
  const address = addressIn(dataDir);
  const baseUrl =
    url ?? setting(env, 'GUICHET_URL') ?? address?.url ?? `http://127.0.0.1:${setting(env, 'PORT') ?? 3000}`;
  const given = token ?? setting(env, 'GUICHET_TOKEN');
  if (given !== undefined) return { baseUrl, kind: 'token', tokens: () => fixedToken(given) };
  const account = accountIn(env);
  if (account) return { baseUrl, kind: 'service-account', tokens: () => clientCredentials({ ...account, baseUrl }) };
  if (!address) throw noToken(dataDir, role);
  // Asked where the product listens, since the issuer's public name may lead elsewhere.
  const { url: issuer, clientId, clientSecret } = address;
  const tokens = (grant: Grant) => clientCredentials({ clientId, clientSecret, baseUrl: issuer, ...grant });
  return { baseUrl, kind: 'local', tokens };
}

/** @throws UsageError for a file that cannot be read */
export function addressIn(dataDir: string): LocalAddress | undefined {
  try {
    return readAddress(dataDir);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function accountIn(env: Env): Credentials | undefined {
  const [clientId, clientSecret] = [setting(env, 'GUICHET_CLIENT_ID'), setting(env, 'GUICHET_CLIENT_SECRET')];
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined)
    throw new UsageError('GUICHET_CLIENT_ID and GUICHET_CLIENT_SECRET belong together: set both, or neither.');
  return { clientId, clientSecret };
}

const noToken = (dataDir: string, role: string): UsageError =>
  new UsageError(
    `No access token. Start the product on this machine (npm start; its data folder is found by GUICHET_DATA_DIR, and nothing runs ` +
      `on ${dataDir}), or give one with the role ${role} (--token or GUICHET_TOKEN), or a service account ` +
      '(GUICHET_CLIENT_ID and GUICHET_CLIENT_SECRET), and the address (--url or GUICHET_URL).',
  );
