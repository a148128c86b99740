/** Sends one service's share of the import: several jobs under way at once, a ticket's own requests in order. */
import type { GuichetClient } from '@guichet/client';
import { RowRejected } from '../mapping/mistakes.js';
import { Batcher, type Job, type Request, streamsJson, type TicketStream } from './batches.js';

export interface LaneCounts {
  accepted: number;
  skipped: number;
  rejected: number;
  requests: number;
}
export interface LaneOptions {
  readonly api: GuichetClient;
  readonly signal: AbortSignal;
  /** Such as `/intake/v1/imports`. */
  readonly path: string;
  readonly source: string;
  readonly inFlight: number;
  readonly onRejected: (line: number, key: string, reason: RowRejected) => void;
  /** How many more events the service has answered for. */
  readonly onProgress: (events: number) => void;
  /** Every ticket up to this ordinal is done. */
  readonly onDone: (ordinal: number) => void;
}

interface ImportAnswer {
  readonly accepted: number;
  readonly skipped: number;
  readonly rejected: readonly { ticketId: string; index: number; code: string; detail: string }[];
  readonly position: number;
}

/** An import is known by the ids of its events: repeating it changes nothing. */
const unkeyed = { idempotencyKey: false } as const;

export class Lane {
  readonly counts: LaneCounts = { accepted: 0, skipped: 0, rejected: 0, requests: 0 };
  /** Position in the service's log of the last event sent. */
  position = 0;
  private readonly batcher = new Batcher();
  private readonly underWay = new Map<Job, Promise<void>>();
  private failure: Error | undefined;
  private lastQueued = 0;

  constructor(private readonly options: LaneOptions) {}

  /** Waits while as many jobs are under way as may be. @throws what an earlier job failed with */
  async add(ticket: TicketStream): Promise<void> {
    for (const job of this.batcher.add(ticket)) await this.start(job);
  }

  /** Sends what is left and waits for every answer. */
  async finish(): Promise<void> {
    for (const job of this.batcher.flush()) await this.start(job);
    await Promise.all(this.underWay.values());
    this.throwFailure();
  }

  /** Sends one ticket by itself. Answers how many of its events were new to the service. */
  async probe(ticket: TicketStream): Promise<number> {
    const before = this.counts.accepted;
    const jobs = new Batcher();
    for (const { requests } of [...jobs.add(ticket), ...jobs.flush()]) {
      for (const request of requests) await this.send(request);
    }
    return this.counts.accepted - before;
  }

  /** What else the service should know, such as departments: fields of a request without tickets. */
  async tell(fields: Readonly<Record<string, unknown>>): Promise<void> {
    const { api, path, source, signal } = this.options;
    await api.post(path, { source, streams: [], ...fields }, { ...unkeyed, signal });
    this.counts.requests += 1;
  }

  private async start(job: Job): Promise<void> {
    this.throwFailure();
    while (this.underWay.size >= this.options.inFlight) {
      await Promise.race(this.underWay.values());
      this.throwFailure();
    }
    this.lastQueued = job.last;
    this.underWay.set(job, this.run(job));
  }

  /** Never rejects: the first failure is kept, and thrown to whoever adds or finishes. */
  private async run(job: Job): Promise<void> {
    try {
      for (const request of job.requests) await this.send(request);
    } catch (error) {
      // The job stays under way for good: what lies behind it is not done, so the next run begins with it.
      this.failure ??= error instanceof Error ? error : new Error(String(error));
      return;
    }
    this.underWay.delete(job);
    const oldest = Math.min(...[...this.underWay.keys()].map(({ first }) => first), this.lastQueued + 1);
    this.options.onDone(oldest - 1);
  }

  private async send(request: Request): Promise<void> {
    const { api, path, source, signal } = this.options;
    const body = `{"source":${JSON.stringify(source)},"streams":[${streamsJson(request)}]}`;
    const answer = await api.post<ImportAnswer>(path, body, { ...unkeyed, signal });
    this.counts.requests += 1;
    this.counts.accepted += answer.accepted;
    this.counts.skipped += answer.skipped;
    this.position = Math.max(this.position, answer.position);
    this.options.onProgress(request.events);
    for (const { ticketId, index, code, detail } of answer.rejected) {
      this.counts.rejected += 1;
      const part = request.parts.find(({ ticket }) => ticket.ticketId === ticketId);
      const reason = new RowRejected(`${code}: ${detail}`, { kind: `refused by the service: ${code}` });
      this.options.onRejected(part?.ticket.lines[part.from + index] ?? 0, part?.ticket.key ?? ticketId, reason);
    }
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure;
  }
}
