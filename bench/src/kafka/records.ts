import type { Kafka, Message } from 'kafkajs';

/** A record as it stands in a topic, without its offset and time. */
export type PlacedRecord = Message & { readonly partition: number; readonly value: Buffer };

const text = (value: unknown): string => (Buffer.isBuffer(value) ? value.toString() : String(value));

/**
 * Reads `count` records of a topic from its beginning, in the order they come in; those of a partition in their order.
 */
export async function readRecords(kafka: Kafka, topic: string, count: number): Promise<PlacedRecord[]> {
  const consumer = kafka.consumer({ groupId: `${topic}-reader` });
  const records: PlacedRecord[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const eachBatch = async ({ batch }: { batch: Batch }) => {
        for (const { key, value, headers = {} } of batch.messages) {
          const names = Object.entries(headers).map(([name, header]) => [name, text(header)] as const);
          const place = { partition: batch.partition, headers: Object.fromEntries(names) };
          records.push({ ...place, key: key?.toString() ?? null, value: value ?? Buffer.alloc(0) });
        }
        if (records.length >= count) resolve();
      };
      consumer.run({ eachBatch }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return records;
}

interface Batch {
  readonly partition: number;
  readonly messages: readonly {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers?: Readonly<Record<string, unknown>>;
  }[];
}
