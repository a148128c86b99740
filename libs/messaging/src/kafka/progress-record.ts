import type { Progress } from '../received-log/received-log.js';

/** Undefined for anything a relay of ours has not written. */
export function parseProgress(value: Buffer | null | undefined): Progress | undefined {
  try {
    const { upTo, last } = JSON.parse(value?.toString() ?? '') as Partial<Record<keyof Progress, unknown>>;
    if (!isPosition(upTo) || typeof last !== 'object' || last === null) return undefined;
    if (!Object.entries(last).every(([partition, position]) => /^\d+$/.test(partition) && isPosition(position))) {
      return undefined;
    }
    return { upTo, last: last as Progress['last'] };
  } catch {
    return undefined; // not JSON: not ours
  }
}

const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
