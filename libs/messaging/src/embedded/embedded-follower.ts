import type { Contracts, PublicEvent } from '@guichet/contracts';
import { LogDamaged, type Page, type RecordedEvent } from '@guichet/event-sourcing';
import type { Publication, SubscriptionStatus } from '../feed.js';
import { breachOf } from '../contract-check.js';
import { type FeedObserver, messageOf } from '../feed-observer.js';
import { Pause, backoffMs } from '../pause.js';
import type { PartitionCheckpoint } from '../received-log/feed-checkpoints.js';
import type { FeedRecord } from '../received-log/feed-record.js';
import type { ReceivedLog } from '../received-log/received-log.js';
import { Gathering } from './gathering.js';

export interface EmbeddedFollowerOptions {
  readonly consumer: string;
  readonly source: string;
  readonly receivedLog: ReceivedLog;
  readonly observe: FeedObserver;
  /** Longest wait without a wake, ms: another process may have appended. Default 200. */
  readonly pollMs?: number;
  /** The publisher, once it has started. */
  publication(): Publication | undefined;
}

const pageEvents = 2_000;
/** How often a halted follower asks whether an operator has resumed it. */
const haltedPollMs = 500;

/**
 * Brings one publisher's public events into one received log. A failure is retried for ever, and shows as a problem.
 */
export class EmbeddedFollower {
  /** What went wrong last, until the next success. */
  problem: string | undefined;
  private readonly pause = new Pause();
  private readonly gathering = new Gathering();
  private readonly place: { feed: string; source: string; partition: number };
  private running: Promise<void> = Promise.resolve();
  /** Whether the log agreed with what was received, since this began or anything last failed. */
  private hasCompared = false;
  /** Where the last page ended, if nothing has happened since: what is received next proves it. */
  private reached: Pick<PartitionCheckpoint, 'position' | 'cursor' | 'halted'> | undefined;

  constructor(private readonly options: EmbeddedFollowerOptions) {
    this.place = { feed: `embedded/${options.source}`, source: options.source, partition: 0 };
  }

  get source(): string {
    return this.options.source;
  }

  resume(options?: { readonly search?: boolean }): Promise<number> {
    return this.options.receivedLog.resume(this.source, options);
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
  }

  async status(): Promise<SubscriptionStatus> {
    const { position, halted } = await this.options.receivedLog.checkpoint(this.place);
    const { consumer, source } = this.options;
    return { consumer, source, partition: 0, position, ...(halted === undefined ? {} : { halted }) };
  }

  private async run(): Promise<void> {
    const { consumer, source, observe } = this.options;
    let failures = 0;
    while (!this.pause.stopped) {
      try {
        await this.follow();
        this.problem = undefined;
        failures = 0;
      } catch (error) {
        this.problem = `${consumer} cannot follow ${source} at the moment: ${messageOf(error)}`;
        observe.receiveFailed?.(source, error);
        failures += 1;
        this.hasCompared = false; // the database may have been away, and have come back as another
        this.reached = undefined;
        await this.pause.wait(backoffMs(failures));
      }
    }
  }

  /** Takes the next page, or waits until there may be one. */
  private async follow(): Promise<void> {
    const { source, receivedLog, observe, pollMs = 200 } = this.options;
    const publication = this.options.publication();
    if (!publication) return this.pause.wait(20); // the publisher of this process has not started yet
    const { log } = publication;
    const seen = log.wake.seen;
    const reached = this.reached;
    this.reached = undefined;
    const { position, cursor, halted } = reached ?? (await receivedLog.checkpoint(this.place));
    if (halted !== undefined) {
      this.hasCompared = false;
      return this.pause.wait(haltedPollMs);
    }
    if (!this.hasCompared && !(await this.agrees(publication, position))) return;
    const page = await this.readPage(publication, cursor);
    const end = page?.events.at(-1)?.position;
    if (!page || end === undefined) return this.pause.waitFor(log.wake, pollMs, seen);

    const records = publicRecords(page.events, publication, position, receivedLog.contracts);
    const received = await receivedLog.receive({ ...this.place, records, cursor: end, upTo: end });
    if (received.stopped?.reason === 'differs') return this.halt(received.stopped.detail);
    if (received.stopped?.reason === 'gap') throw new Error(received.stopped.detail); // read again, after a pause
    if (received.stored + received.dropped > 0) observe.received?.(source, received.stored, received.dropped);
    // What ends elsewhere than it should was not received whole: the checkpoint says from where to read on.
    if (received.stopped || received.position !== (records.at(-1)?.position ?? position)) return;
    this.reached = { position: received.position, cursor: end };
    if (page.hasMore) return;
    await this.pause.waitFor(log.wake, pollMs, seen);
    await this.gathering.pause();
  }

  /** The events after `cursor`; undefined after the follower has been halted, because the log cannot be trusted. */
  private async readPage({ log, source }: Publication, cursor: number): Promise<Page | undefined> {
    try {
      const page = await log.readPage(cursor, pageEvents);
      if (page.events.length > 0) return page;
      const head = await log.head();
      if (head >= cursor) return page;
      await this.halt(
        `the log of ${source} ends at ${head}, but was read up to ${cursor}: was an older copy restored?`,
      );
    } catch (error) {
      if (!(error instanceof LogDamaged)) throw error;
      await this.halt(`the log of ${source} has a hole: ${error.message}`);
    }
    return undefined;
  }

  private async agrees({ log }: Publication, position: number): Promise<boolean> {
    const wrong = await this.options.receivedLog.disagreement(this.place, position, log);
    if (wrong !== undefined) await this.halt(`${wrong}: was an older copy restored?`);
    else this.hasCompared = true;
    return this.hasCompared;
  }

  private async halt(reason: string): Promise<void> {
    await this.options.receivedLog.halt(this.place, reason);
    this.options.observe.halted?.(this.options.source, 0, reason);
  }
}

/** As a consumer of Kafka would find it: what breaks its contract cannot be read there, and so is not here. */
function checked(event: PublicEvent, contracts: Contracts): FeedRecord['event'] {
  const reason = breachOf(event, contracts);
  if (reason === undefined) return event;
  const { streamId, id, tenantId, version, recordedAt, data } = event;
  const raw = Buffer.from(JSON.stringify(data));
  return { streamId, reason, raw, id, tenantId, version, atMs: Date.parse(recordedAt) };
}

/** What is public of a page, each naming the one before it. */
function publicRecords(
  page: readonly RecordedEvent[],
  publication: Publication,
  last: number,
  contracts: Contracts,
): FeedRecord[] {
  const records: FeedRecord[] = [];
  let previous = last;
  for (const recorded of page) {
    const { position } = recorded;
    const event = publication.toPublic(recorded);
    if (!event) continue;
    records.push({ position, previous, event: checked(event, contracts), cursor: position });
    previous = position;
  }
  return records;
}
