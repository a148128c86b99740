import { setTimeout as pause } from 'node:timers/promises';
import { Wake } from '@guichet/event-sourcing';
import type { LiveClient, LiveEvent } from '@guichet/http-host';
import type { LiveView, Turn } from './live-view.js';

/** Ages and "today" change by themselves, and a rebuild announces nothing: look again after so long in any case. */
const lookAgainMs = 15_000;
/** A view that nobody watches is kept so long: those who reconnect find it as it was. */
const lingerMs = 5_000;
/** More events than this held back for one client mean that it does not come through. */
const maxHeld = 10_000;

interface Watcher {
  /** Told to the others while this client is told what it missed; undefined when it is told with the others. */
  held: LiveEvent[] | undefined;
  /** It was told nothing of late, as it had not taken what was sent before. */
  isBehind: boolean;
  lastEventId: string | undefined;
}

/** One view and all who watch it: looked at once for all of them. It ends a while after the last one has left. */
export class SharedView<State> {
  /** Resolves when there is something to tell; rejects with what the view's `begin` throws. */
  readonly begun: Promise<void>;
  private readonly wake = new Wake();
  private readonly looked = new Wake();
  private readonly over = new AbortController();
  private readonly watchers = new Map<LiveClient, Watcher>();
  private lingering: NodeJS.Timeout | undefined;
  private state: State | undefined;
  /** The count of changes that the state has seen. */
  private seen = 0;

  /** @param failed is told why the view has ended, if it was not for want of watchers. */
  constructor(
    private readonly view: LiveView<State>,
    private readonly turn: Turn,
    private readonly failed: (error: unknown) => void,
  ) {
    const begun = Promise.withResolvers<void>();
    this.begun = begun.promise;
    this.begun.catch(() => undefined); // also told to whoever waits for it
    this.follow(begun.resolve).catch((error: unknown) => {
      begun.reject(error);
      if (!this.signal.aborted) failed(error);
      this.end();
    });
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  /** Resolves after a look that begins now or later: what the caller has seen elsewhere is in the state then. */
  async fresh(): Promise<void> {
    this.wake.notify();
    for (const wanted = this.wake.seen; this.seen < wanted && !this.signal.aborted;) {
      await this.looked.wait(lookAgainMs);
    }
  }

  /** Tells the client what it missed, then all that changes. Answers what ends that. */
  join(client: LiveClient): () => void {
    if (this.signal.aborted) {
      client.close();
      return () => undefined;
    }
    clearTimeout(this.lingering);
    const watcher: Watcher = { held: [], isBehind: false, lastEventId: client.lastEventId };
    this.watchers.set(client, watcher);
    this.tellMissed(client, watcher);
    return () => this.leave(client);
  }

  /** Its clients have to come back. */
  end(): void {
    if (this.signal.aborted) return;
    this.over.abort();
    clearTimeout(this.lingering);
    this.wake.notify();
    this.looked.notify();
    for (const client of this.watchers.keys()) client.close();
    this.watchers.clear();
  }

  private async follow(begun: () => void): Promise<void> {
    const { view, turn, wake, signal } = this;
    const stop = view.listen(() => wake.notify());
    try {
      this.seen = wake.seen;
      let state: State = await view.begin(turn);
      this.state = state;
      begun();
      if (this.watchers.size === 0) this.linger();
      for (;;) {
        await this.change(performance.now());
        if (signal.aborted) return;
        const { seen } = wake;
        const news = await view.news(state, turn);
        if (signal.aborted) return;
        if (news) {
          state = news.state;
          this.state = state;
          this.tell(news.events);
        }
        this.seen = seen;
        this.looked.notify();
      }
    } finally {
      stop();
    }
  }

  /** Resolves when there may be news, a little later so that a burst is told at once. */
  private async change(lookedMs: number): Promise<void> {
    const { wake, signal } = this;
    const { everyMs = 0, settleMs = 0 } = this.view;
    await wake.wait(lookAgainMs, this.seen);
    const restMs = Math.max(settleMs, everyMs - (performance.now() - lookedMs));
    // An abort is seen by the caller.
    if (restMs > 0 && !signal.aborted) await pause(restMs, undefined, { signal }).catch(() => undefined);
  }

  private tell(events: readonly LiveEvent[]): void {
    for (const [client, watcher] of this.watchers) {
      if (watcher.isBehind) continue;
      if (!watcher.held) this.send(client, watcher, this.unknown(watcher.lastEventId, events));
      else if (watcher.held.push(...events) > maxHeld) client.close();
    }
  }

  private tellMissed(client: LiveClient, watcher: Watcher): void {
    // Whatever was told before this is in the state.
    watcher.held = [];
    watcher.isBehind = false;
    const { state } = this;
    if (state === undefined) return;
    this.view.welcome(state, watcher.lastEventId, this.turn).then(
      (missed) => {
        const { held = [] } = watcher;
        watcher.held = undefined;
        const told = lastIdOf(missed) ?? watcher.lastEventId;
        if (this.watchers.has(client)) this.send(client, watcher, [...missed, ...this.unknown(told, held)]);
      },
      (error: unknown) => {
        if (!this.signal.aborted) this.failed(error);
        client.close();
      },
    );
  }

  /** Without what a client knows that was told everything up to the id `told`. */
  private unknown(told: string | undefined, events: readonly LiveEvent[]): readonly LiveEvent[] {
    if (told === undefined || !this.view.includes) return events;
    const last = events.findLastIndex(({ id }) => id !== undefined && this.view.includes?.(told, id));
    return events.slice(last + 1);
  }

  private send(client: LiveClient, watcher: Watcher, events: readonly LiveEvent[]): void {
    if (events.length === 0) return;
    watcher.lastEventId = lastIdOf(events) ?? watcher.lastEventId;
    if (!client.send(...events) || !client.isBusy) return;
    // It is told nothing more until it has taken this; then what it has missed, as if it had come back.
    watcher.isBehind = true;
    void client.drained().then(() => {
      if (this.watchers.has(client)) this.tellMissed(client, watcher);
    });
  }

  private leave(client: LiveClient): void {
    if (this.watchers.delete(client) && this.watchers.size === 0) this.linger();
  }

  private linger(): void {
    clearTimeout(this.lingering);
    this.lingering = setTimeout(() => this.end(), lingerMs).unref();
  }
}

const lastIdOf = (events: readonly LiveEvent[]): string | undefined =>
  events.findLast(({ id }) => id !== undefined)?.id;
