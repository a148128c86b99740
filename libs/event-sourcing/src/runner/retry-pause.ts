const longestMs = 2_000;

/**
 * How long a runner rests after failure number `attempt` (from 1), in milliseconds: ever longer, but so that a database
 * that has come back is not waited for much longer; half more or less, so that replicas do not come in step.
 */
export const retryPauseMs = (attempt: number, random = Math.random()): number =>
  Math.min(longestMs, 50 * 2 ** attempt) * (0.5 + random);
