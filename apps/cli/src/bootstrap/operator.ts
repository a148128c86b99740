/** Whoever may create tenants: as what the command signs in, and the services it needs. */
import { setTimeout as delay } from 'node:timers/promises';
import { GuichetClient, Refused, type TokenSource } from '@guichet/client';
import { loadConfig, setting } from '@guichet/config';
import { serviceNames } from '@guichet/contracts';
import { type Env, UsageError } from '../command-line.js';
import { connectionOf, dataDirOf } from '../connection.js';
import type { Arguments } from './arguments.js';

const operatorSettings = {
  secret: setting.text({
    name: 'IDENTITY_OPERATOR_SECRET',
    secret: true,
    description: 'Secret of the client `operator`, as identity has it.',
  }),
} as const;

/** A service that did not answer in time. */
export class Away extends Error {}

export interface Operator {
  readonly baseUrl: string;
  readonly tokens: TokenSource;
}

/** @throws UsageError saying what is missing; ConfigurationError */
export function operatorOf({ url, token }: Arguments, env: Env): Operator {
  const { secret } = loadConfig(operatorSettings, env);
  const account = secret === undefined ? {} : { GUICHET_CLIENT_ID: 'operator', GUICHET_CLIENT_SECRET: secret };
  const given = { url, token, dataDir: dataDirOf(env), env: { ...env, ...account } };
  try {
    const connection = connectionOf(given, 'operator');
    return { baseUrl: connection.baseUrl, tokens: connection.tokens({ roles: ['operator'] }) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message} IDENTITY_OPERATOR_SECRET, as identity has it, will do as well.`, {
      cause: error,
    });
  }
}

/** A client that waits for what is away. */
export const patient = (baseUrl: string, tokens: TokenSource): GuichetClient =>
  new GuichetClient({ baseUrl, tokens, maxAttempts: 12, maxDelayMs: 5_000, timeoutMs: 30_000 });

/** Every service answers, and the operator is known. @throws Away naming the service, UsageError */
export async function mustBeThere({ baseUrl, tokens }: Operator, waitSeconds: number, signal: AbortSignal) {
  const deadlineMs = performance.now() + waitSeconds * 1000;
  for (const service of serviceNames) await answers(`${baseUrl}/${service}/openapi.json`, service, deadlineMs, signal);
  try {
    await tokens.token(signal);
  } catch (error) {
    if (!(error instanceof Refused) || error.status >= 500) throw error;
    throw new UsageError(
      `identity does not know this operator (${error.detail}). IDENTITY_OPERATOR_SECRET has to be the one that identity was started with.`,
      { cause: error },
    );
  }
}

async function answers(url: string, service: string, deadlineMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const problem = await problemOf(url, signal);
    if (problem === undefined) return;
    signal.throwIfAborted();
    if (performance.now() > deadlineMs)
      throw new Away(
        `${service} is away: ${url} ${problem}. Start it, or mend the gateway; then run the command again.`,
      );
    await delay(500, undefined, { signal });
  }
}

async function problemOf(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) });
    await response.body?.cancel();
    return response.ok ? undefined : `answered ${response.status}`;
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return `does not answer (${cause?.code ?? (error as Error).name})`;
  }
}
