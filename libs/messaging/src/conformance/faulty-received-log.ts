import type pg from 'pg';
import type { Delivery } from '../received-log/feed-record.js';
import { type Received, ReceivedLog } from '../received-log/received-log.js';
import type { Random } from './random.js';

export const deliveryFaults = ['doubled', 'delayed', 'reordered', 'cut', 'dropped', 'holed', 'unanswered'] as const;
type Fault = (typeof deliveryFaults)[number];

/**
 * A received log behind a bad line: what the engine delivers comes twice, late, in another order, in part or not at
 * all.
 */
export class FaultyReceivedLog extends ReceivedLog {
  /** How often each fault has happened. */
  readonly happened = new Map<Fault, number>();
  /**
   * Partitions whose deliveries are left whole until one arrives without a gap: a gap seen twice at one place is a real
   * one, which halts the partition.
   */
  private readonly spared = new Set<string>();
  private readonly late: Delivery[] = [];
  /** Each happens once before any happens again. */
  private readonly left: Fault[];

  constructor(
    options: { pool: pg.Pool },
    private readonly random: Random,
  ) {
    super(options);
    this.left = random.shuffled(deliveryFaults);
  }

  override async receive(delivery: Delivery): Promise<Received> {
    const place = `${delivery.feed}/${delivery.partition}`;
    const late = this.random.below(3) === 0 ? this.late.shift() : undefined;
    if (late) await super.receive(late);
    if (delivery.records.length === 0) return super.receive(delivery);
    if (this.spared.has(place)) {
      const received = await super.receive(delivery);
      if (!received.stopped) this.spared.delete(place);
      return received;
    }
    const fault = this.random.below(3) === 0 ? undefined : this.nextFault(delivery.records.length);
    if (fault === undefined) return super.receive(delivery);
    this.happened.set(fault, (this.happened.get(fault) ?? 0) + 1);
    if (fault !== 'doubled' && fault !== 'delayed') this.spared.add(place);
    return this.faulty(fault, delivery);
  }

  private nextFault(records: number): Fault | undefined {
    const possible = (fault: Fault) => records >= 3 || (fault !== 'holed' && fault !== 'reordered');
    const index = this.left.findIndex(possible);
    if (index >= 0) return this.left.splice(index, 1)[0];
    const any = deliveryFaults.filter(possible);
    return any[this.random.below(any.length)];
  }

  private async faulty(fault: Fault, delivery: Delivery): Promise<Received> {
    const { records } = delivery;
    switch (fault) {
      case 'doubled':
        await super.receive(delivery);
        return super.receive(delivery);
      case 'delayed':
        this.late.push(delivery);
        return super.receive(delivery);
      case 'reordered':
        return super.receive({ ...delivery, records: this.random.shuffled(records) });
      case 'cut': {
        const kept = records.slice(0, this.random.below(records.length));
        const cursor = kept.at(-1)?.cursor;
        const { upTo: _, ...place } = delivery;
        return cursor === undefined ? this.nothing(delivery) : super.receive({ ...place, records: kept, cursor });
      }
      case 'dropped':
        return this.nothing(delivery);
      case 'holed':
        return super.receive({ ...delivery, records: records.toSpliced(1 + this.random.below(records.length - 2), 1) });
      case 'unanswered':
        await super.receive(delivery);
        throw new Error('The connection was lost after the commit.');
    }
  }

  /** The engine believes that it has been received. */
  private async nothing(delivery: Delivery): Promise<Received> {
    const { position } = await this.checkpoint(delivery);
    return { stored: 0, dropped: 0, position };
  }
}

/**
 * A received log that, for a while, answers as if it had stored what it threw away: as after a failover that lost the
 * newest.
 */
export class ForgetfulReceivedLog extends ReceivedLog {
  forgets = false;
  /** Records thrown away. */
  forgotten = 0;

  override async receive(delivery: Delivery): Promise<Received> {
    if (!this.forgets) return super.receive(delivery);
    const { records } = delivery;
    this.forgotten += records.length;
    const { position } = await this.checkpoint(delivery);
    return { stored: records.length, dropped: 0, position: records.at(-1)?.position ?? position };
  }
}
