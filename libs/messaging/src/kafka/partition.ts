import { type PartitionMetadata, Partitioners } from 'kafkajs';

const javaCompatible = Partitioners.DefaultPartitioner();
const none: PartitionMetadata = { partitionErrorCode: 0, partitionId: 0, leader: 0, replicas: [], isr: [] };
const metadata = new Map<number, PartitionMetadata[]>();

/** The partition of a stream: murmur2 of its id, as Kafka's own clients place a record by its key. */
export function partitionOf(streamId: string, partitions: number): number {
  let partitionMetadata = metadata.get(partitions);
  if (!partitionMetadata) {
    partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ ...none, partitionId }));
    metadata.set(partitions, partitionMetadata);
  }
  return javaCompatible({ topic: '', partitionMetadata, message: { key: streamId, value: null } });
}
