import { Line } from './line.js';

/**
 * Who is served next, when more is asked than is served at once: the party that has fewest requests in progress, of
 * these the one that has been served for the shortest time. Nobody's number of requests makes another wait for more
 * than one of them. Pure.
 */

export interface FairQueueOptions {
  /** Requests in progress at once. */
  readonly inProgress: number;
  /** Of one party, while others ask as well. */
  readonly inProgressPerParty: number;
  /**
   * A party of which more than so many wait is in a rush, and has one request in progress while others ask as well: a
   * page that asks ten questions at once is not held up by this, a flood is.
   */
  readonly rushWaiting: number;
  /** How long a rush lasts after the last moment in which so many waited. */
  readonly rushMs: number;
  /** Nobody else has asked for so long: a party is alone, and may have all places but one. */
  readonly aloneAfterMs: number;
  /** Parties that do not count when it is asked whether another one is alone. By default there are none. */
  readonly isGuest?: (party: string) => boolean;
  /** Requests of one party that may wait. */
  readonly waitingPerParty: number;
  /** Requests that may wait in all; where one more comes, the longest queue gives up its newest. */
  readonly waiting: number;
}

/** What becomes of a request that asked for a place: exactly one of the two is called, or none after `leave`. */
export interface Turn {
  start(): void;
  refuse(why: QueueRefusal): void;
}

/** Its party's queue is full, or all queues together are. */
export type QueueRefusal = 'party' | 'process';

export interface Place {
  /** Gives the place back, or stops waiting for one. Once is enough; more often does no harm. */
  leave(): void;
}

interface Request {
  readonly party: Party;
  /** Of the party: its clients take turns too. */
  readonly client: string;
  readonly turn: Turn;
  /** When it began; undefined while it waits. */
  startedMs?: number;
  hasLeft?: boolean;
}

interface Party {
  readonly name: string;
  readonly isGuest: boolean;
  running: number;
  readonly waiting: Line<Request>;
  /** How long its requests have had places, in all, since it was last idle; in the queue's own time. */
  servedMs: number;
  rushedUntilMs: number;
}

interface Visit {
  readonly name: string;
  readonly atMs: number;
}

/** One request that took long (a lock, a database that was away) must not keep its party out for as long. */
const mostChargedMs = 1_000;

export class FairQueue {
  /** Only those that have something in progress or waiting: its size is bounded by the options. */
  private readonly parties = new Map<string, Party>();
  private running = 0;
  private waits = 0;
  /** Of the parties, those that are no guests. */
  private residents = 0;
  /** Who asked last, and who asked last of the others. */
  private latest: Visit | undefined;
  private before: Visit | undefined;
  /** Where a party begins that was idle: what it did not ask for is not owed to it. */
  private virtualMs = 0;

  constructor(
    private readonly options: FairQueueOptions,
    private readonly nowMs: () => number,
  ) {}

  get inProgress(): number {
    return this.running;
  }
  get waiting(): number {
    return this.waits;
  }
  get size(): number {
    return this.parties.size;
  }

  /** Whether one more of this party would be refused now: to know it before anything is spent on it. */
  isFull(name: string, client = ''): boolean {
    const { waiting } = this.parties.get(name) ?? {};
    return waiting !== undefined && waiting.length >= this.options.waitingPerParty && waiting.isLongest(client);
  }

  /**
   * Asks for a place. `turn.start` may be called before this returns.
   * @param resumes it has had a place before, for the same request: it goes before the others of its party, and is not
   * refused.
   * @param client of the party. Where its party's queue is full, the newest of the client that has most waiting is
   * refused.
   */
  enter(name: string, turn: Turn, resumes = false, client = ''): Place {
    const party = this.parties.get(name) ?? this.newcomer(name);
    if (!party.isGuest) this.note(name);
    const request: Request = { party, client, turn };
    if (!resumes && party.waiting.length >= this.options.waitingPerParty && !this.makeRoomIn(party, client)) {
      turn.refuse('party');
      return { leave: () => undefined };
    }
    if (!this.parties.has(name)) this.remember(party);
    if (resumes) party.waiting.addFirst(client, request);
    else party.waiting.add(client, request);
    this.waits += 1;
    this.dispatch();
    if (this.waits > this.options.waiting) this.makeRoom();
    return { leave: () => this.leave(request) };
  }

  private newcomer(name: string): Party {
    const isGuest = this.options.isGuest?.(name) ?? false;
    return { name, isGuest, running: 0, waiting: new Line(), servedMs: this.virtualMs, rushedUntilMs: 0 };
  }

  private remember(party: Party): void {
    this.parties.set(party.name, party);
    if (!party.isGuest) this.residents += 1;
  }

  private note(name: string): void {
    if (this.latest && this.latest.name !== name) this.before = this.latest;
    this.latest = { name, atMs: this.nowMs() };
  }

  /** Places this party may have now. The last is kept free, so that whoever joins it need not wait. */
  private shareOf(party: Party): number {
    const { name, isGuest, waiting } = party;
    const { inProgress, inProgressPerParty, rushWaiting, rushMs, aloneAfterMs } = this.options;
    const other = this.latest?.name === name ? this.before : this.latest;
    const inCompany = isGuest ? this.parties.size > 1 : this.residents > 1;
    const isAlone = !inCompany && this.nowMs() - (other?.atMs ?? -Infinity) > aloneAfterMs;
    if (isAlone) return Math.max(inProgressPerParty, inProgress - 1);
    if (waiting.length > rushWaiting) party.rushedUntilMs = this.nowMs() + rushMs;
    return this.nowMs() < party.rushedUntilMs ? 1 : inProgressPerParty;
  }

  private leave(request: Request): void {
    if (request.hasLeft) return;
    request.hasLeft = true;
    const { party, startedMs } = request;
    if (startedMs === undefined) {
      if (!party.waiting.remove(request.client, request)) return; // it was refused
      this.waits -= 1;
    } else {
      party.running -= 1;
      this.running -= 1;
      party.servedMs += Math.min(mostChargedMs, Math.max(0, this.nowMs() - startedMs));
    }
    this.forgetIfIdle(party);
    this.dispatch();
  }

  private dispatch(): void {
    while (this.running < this.options.inProgress) {
      const party = this.next();
      const request = party?.waiting.next();
      if (party === undefined || request === undefined) return;
      this.waits -= 1;
      this.running += 1;
      party.running += 1;
      this.virtualMs = Math.max(this.virtualMs, party.servedMs);
      request.startedMs = this.nowMs();
      request.turn.start();
    }
  }

  private next(): Party | undefined {
    let best: Party | undefined;
    for (const party of this.parties.values()) {
      if (party.waiting.length === 0 || party.running >= this.shareOf(party)) continue;
      const isBefore =
        best === undefined ||
        party.running < best.running ||
        (party.running === best.running && party.servedMs < best.servedMs);
      if (isBefore) best = party;
    }
    return best;
  }

  /** @returns whether there is room for one more of this client. */
  private makeRoomIn(party: Party, client: string): boolean {
    if (party.waiting.isLongest(client)) return false;
    const request = party.waiting.removeNewestOfLongest();
    if (request === undefined) return false;
    this.waits -= 1;
    request.turn.refuse('party');
    return true;
  }

  private makeRoom(): void {
    let longest: Party | undefined;
    for (const party of this.parties.values()) {
      if (party.waiting.length > (longest?.waiting.length ?? 0)) longest = party;
    }
    const request = longest?.waiting.removeNewestOfLongest();
    if (longest === undefined || request === undefined) return;
    this.waits -= 1;
    this.forgetIfIdle(longest);
    request.turn.refuse('process');
  }

  private forgetIfIdle(party: Party): void {
    if (party.running > 0 || party.waiting.length > 0 || !this.parties.delete(party.name)) return;
    if (!party.isGuest) this.residents -= 1;
  }
}
