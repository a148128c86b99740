import type { KafkaMessage, Message } from 'kafkajs';

/** What a service has written down of the database that serves it. */
export interface ClaimRecord {
  readonly databaseId: string;
  /** When the broker took it, ISO 8601. */
  readonly since: string;
}

export const encodeClaim = (service: string, databaseId: string): Message => ({
  key: service,
  value: JSON.stringify({ databaseId }),
});

/**
 * Whose a service is: the first claim after the last release, whoever reads it. A release has the service's name as its
 * key and no value. What is neither is passed over. Pure.
 */
export function holderOf(
  service: string,
  records: readonly Pick<KafkaMessage, 'key' | 'value' | 'timestamp'>[],
): ClaimRecord | undefined {
  let holder: ClaimRecord | undefined;
  for (const { key, value, timestamp } of records) {
    if (key?.toString() !== service) continue;
    if (value === null || value.length === 0) holder = undefined;
    else holder ??= parseClaim(value, timestamp);
  }
  return holder;
}

function parseClaim(value: Buffer, timestamp: string): ClaimRecord | undefined {
  try {
    const { databaseId } = JSON.parse(value.toString()) as { databaseId?: unknown };
    if (typeof databaseId !== 'string' || databaseId === '') return undefined;
    return { databaseId, since: new Date(Number(timestamp)).toISOString() };
  } catch {
    return undefined; // not ours
  }
}
