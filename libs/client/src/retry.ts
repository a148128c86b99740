/** When a request is worth another attempt, and after which wait. Pure. */

export interface RetryOptions {
  /** Attempts in all, the first one included; default 10. */
  readonly maxAttempts?: number;
  /** Waited after the first failure; doubles with each further one. Default 250. */
  readonly firstDelayMs?: number;
  /** The longest wait of the back-off; default 15 000. */
  readonly maxDelayMs?: number;
}

/** Answers that may be different the next time: overload, restarts, gateways. */
const passing: ReadonlySet<number> = new Set([408, 425, 502, 503, 504]);
/** An internal error may be a passing one; an answer that goes on being wrong is not asked for ten times. */
const maxInternalErrors = 3;

/**
 * @param status undefined when nothing answered
 * @param isRepeatable whether doing it twice does no harm
 * @param internalErrors how many attempts were answered by an internal error, this one included
 */
export function isPassing(status: number | undefined, isRepeatable: boolean, internalErrors: number): boolean {
  if (status === 429) return true; // refused before anything was done
  if (!isRepeatable) return false;
  if (status === 500) return internalErrors < maxInternalErrors;
  return status === undefined || passing.has(status);
}

/** A server that asks for longer is asked again all the same: it answers the same if it must. */
const longestWishMs = 60_000;

/**
 * Wait before the next attempt, in milliseconds.
 * @param failures how many attempts have failed, from 1
 * @param wishedMs what the answer's `Retry-After` says
 * @param random from 0 to 1: requests that failed together do not come back together
 */
export function delayMs(
  failures: number,
  wishedMs: number | undefined,
  { firstDelayMs = 250, maxDelayMs = 15_000 }: RetryOptions,
  random: number,
): number {
  if (wishedMs !== undefined) return Math.min(longestWishMs, wishedMs) * (1 + random / 10);
  return Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - 1)) * (0.5 + random / 2);
}

/** `Retry-After` in milliseconds: seconds, or an HTTP date. Undefined for what is neither. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (!Number.isNaN(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
