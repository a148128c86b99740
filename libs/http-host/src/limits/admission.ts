import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { LimitSettings } from '@guichet/config';
import type { Metrics } from '@guichet/observability';
import { FairQueue, type Place, type QueueRefusal } from './fair-queue.js';

/** More than a page of the desk asks for at once. */
const rushWaiting = 16;
const rushMs = 2_000;

/**
 * A tenant is alone in a process that nobody else has asked for so long; seldom enough that a burst is over before it
 * is again.
 */
const aloneAfterMs = 10_000;

/** Who asks without a tenant, to sign in for instance, by address. A tenant beside such guests only counts as alone. */
export const guest = (subject: string, network: string): string => `guest ${subject} ${network}`;
const isGuest = (party: string): boolean => party.startsWith('guest ');

/** How long work that cannot even wait stays away. */
const fullPauseMs = 250;

/** Longer than any request may take: one that has its place still waits for something that does not come. */
const longestMs = 60_000;

type Settings = Pick<
  LimitSettings,
  'requestsInProgress' | 'requestsInProgressPerTenant' | 'requestsWaiting' | 'requestsWaitingPerTenant'
>;

/**
 * Lets a bounded number of requests in at once, and gives turns to parties (tenants) and to the clients of each, not to
 * requests: who asks for much waits behind themselves. Every process decides for itself.
 */
@Injectable()
export class Admission {
  private readonly log = new Logger(Admission.name);
  private readonly queue: FairQueue | undefined;
  private readonly waited;
  private readonly abandoned;
  private readonly overdue;

  constructor(
    settings: Settings,
    metrics: Metrics,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    const options = {
      inProgress: settings.requestsInProgress,
      inProgressPerParty: settings.requestsInProgressPerTenant,
      rushWaiting,
      rushMs,
      aloneAfterMs,
      isGuest,
      waiting: settings.requestsWaiting,
      waitingPerParty: settings.requestsWaitingPerTenant,
    };
    const queue = settings.requestsInProgress > 0 ? new FairQueue(options, nowMs) : undefined;
    this.queue = queue;
    const gauge = (name: string, help: string, value: (queue: FairQueue) => number): void =>
      metrics.observe(name, help, [], async () => (queue === undefined ? [] : [{ labels: {}, value: value(queue) }]));
    gauge('guichet_requests_in_progress', 'Requests that have a place', ({ inProgress }) => inProgress);
    gauge('guichet_requests_waiting', 'Requests that wait for a place', ({ waiting }) => waiting);
    this.waited = metrics.histogram('guichet_request_wait_seconds', 'Time until a request had a place');
    this.abandoned = metrics.counter(
      'guichet_requests_abandoned_total',
      'Requests whose client left while they waited',
    );
    this.overdue = metrics.counter('guichet_requests_overdue_total', 'Places taken back after a minute');
  }

  /** Whether one more of this client would be refused: to know it before its body is read. */
  isFull(party: string, client: string): boolean {
    return this.queue?.isFull(party, client) ?? false;
  }

  /**
   * Does work of this party that no request asks for in a place of its own. It waits as long as it must, and is never
   * refused.
   */
  async work<Result>(party: string, work: () => Promise<Result>): Promise<Result> {
    const place = await this.placeOf(party);
    try {
      return await work();
    } finally {
      place.leave();
    }
  }

  private async placeOf(party: string): Promise<RequestPlace> {
    for (;;) {
      const place = this.placeFor(party, '');
      const hasIt = await new Promise<boolean>((resolve) => {
        place.enter(
          () => resolve(true),
          () => resolve(false),
        );
      });
      if (hasIt) return place;
      await pause(fullPauseMs);
    }
  }

  /** A place to ask for, in this party's queue. */
  placeFor(party: string, client: string): RequestPlace {
    const cameMs = this.nowMs();
    return new RequestPlace(
      this.queue,
      { party, client },
      {
        began: () => this.waited.observe((this.nowMs() - cameMs) / 1000),
        abandoned: () => this.abandoned.inc(),
        overdue: () => {
          this.overdue.inc();
          this.log.warn('A request has not been answered for a minute; others have its place.');
        },
      },
    );
  }
}

interface Seen {
  began(): void;
  abandoned(): void;
  overdue(): void;
}

/** One request's place among those in progress, from when it asks for it until its answer is made. */
export class RequestPlace {
  private place: Place | undefined;
  private deadline: NodeJS.Timeout | undefined;
  private state: 'aside' | 'left' | 'outside' | 'there' | 'waiting' = 'outside';

  constructor(
    private readonly queue: FairQueue | undefined,
    private readonly whose: { readonly party: string; readonly client: string },
    private readonly seen: Seen,
  ) {}

  /** Calls `start` or `refuse` once, perhaps before this returns, and neither after `leave`. */
  enter(start: () => void, refuse: (why: QueueRefusal) => void): void {
    this.ask(() => {
      this.seen.began();
      start();
    }, refuse);
  }

  /** Gives the place back, or stops waiting for one. More often than once does no harm. */
  leave(): void {
    if (this.state === 'waiting') this.seen.abandoned();
    this.state = 'left';
    this.giveBack();
  }

  get isWaiting(): boolean {
    return this.state === 'waiting';
  }

  /**
   * What is waited for is no work of this process: others have the place meanwhile. Then it waits for its turn again.
   */
  async aside<Result>(wait: () => Promise<Result>): Promise<Result> {
    if (this.state !== 'there') return wait();
    this.state = 'aside';
    this.giveBack();
    try {
      return await wait();
    } finally {
      // Half done, it is no longer refused: where there is no room at all it goes on without a place.
      if (this.isAside()) await new Promise<void>((resolve) => this.ask(resolve, () => resolve(), true));
    }
  }

  private ask(start: () => void, refuse: (why: QueueRefusal) => void, resumes = false): void {
    const begin = (): void => {
      if (this.state === 'left') return;
      this.state = 'there';
      start();
    };
    if (this.queue === undefined) {
      begin();
      return;
    }
    this.state = 'waiting';
    let atOnce = true;
    const turn = {
      start: () => {
        this.deadline = setTimeout(() => this.giveUp(), longestMs).unref();
        // Not on the stack of the request that left, nor before what else the event loop has to do.
        if (atOnce) begin();
        else setImmediate(begin);
      },
      refuse: (why: QueueRefusal) => {
        this.state = 'outside';
        refuse(why);
      },
    };
    const place = this.queue.enter(this.whose.party, turn, resumes, this.whose.client);
    atOnce = false;
    // It may have begun, and ended, meanwhile.
    if (this.state === 'waiting' || this.state === 'there') this.place = place;
    else place.leave();
  }

  private isAside(): boolean {
    return this.state === 'aside';
  }

  private giveBack(): void {
    clearTimeout(this.deadline);
    this.place?.leave();
    this.place = undefined;
  }

  private giveUp(): void {
    this.seen.overdue();
    this.giveBack();
  }
}
