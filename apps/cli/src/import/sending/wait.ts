/** Waits until the figures hold what was sent. */
import { setTimeout as delay } from 'node:timers/promises';
import { type GuichetClient, Refused } from '@guichet/client';
import { bar, called } from '../../command-line.js';

export interface WaitOptions {
  /** Asks as somebody who may see figures. */
  readonly client: GuichetClient;
  /** As `Guichet-After` has it. */
  readonly after: string;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
  /** Gives up when nothing has moved for so long; default 10 minutes. */
  readonly patienceMs?: number;
}

interface Lag {
  readonly events: number;
}

const askEveryMs = 250;

/** @throws ApiError when refused or nobody answers; Error when the figures stand still */
export async function waitForFigures({
  client,
  after,
  onProgress,
  signal,
  patienceMs = 600_000,
}: WaitOptions): Promise<void> {
  let [most, least, movedAt] = [0, Infinity, performance.now()];
  for (;;) {
    const behind = await eventsBehind(client, after, signal);
    if (behind === undefined) return;
    most = Math.max(most, behind);
    if (behind < least) [least, movedAt] = [behind, performance.now()];
    if (performance.now() - movedAt > patienceMs)
      throw new Error(
        `The figures stand still, ${behind.toLocaleString('en-US')} events behind; ${called('ops')} status says why. What was sent is safe.`,
      );
    onProgress(`Counting: ${bar(most === 0 ? 0 : 1 - behind / most)} ${behind.toLocaleString('en-US')} events to go`);
    await delay(askEveryMs, undefined, { signal });
  }
}

/** Undefined once everything is counted. */
async function eventsBehind(client: GuichetClient, after: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    await client.get('/analytics/v1/tickets', { query: { number: '1' }, after, signal, maxAttempts: 1 });
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'not-caught-up') throw error;
    const lags = (error.document['lag'] ?? []) as readonly Lag[];
    return Math.max(0, ...lags.map(({ events }) => events));
  }
}
