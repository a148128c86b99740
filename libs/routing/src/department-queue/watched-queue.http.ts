import type { LiveClient, LiveEvent } from '@guichet/http-host';

/** More than this held back for one who is being told what it missed means that it does not come through. */
const maxHeld = 10_000;

/**
 * Those who watch one queue, and are told the same. One who has just entered gets what is told to all only after it was told what
 * it missed, as that may be older. It is over when the last one leaves.
 */
export class WatchedQueue {
  private readonly start = Promise.withResolvers<void>();
  private readonly over = new AbortController();
  /** With what is held back for those who have just entered. */
  private readonly clients = new Map<LiveClient, LiveEvent[] | undefined>();

  /** Whatever changes after this is told to all; it is also so when it is over. */
  get begun(): Promise<void> {
    return this.start.promise;
  }

  /** Aborted when it is over. */
  get signal(): AbortSignal {
    return this.over.signal;
  }

  begin(): void {
    this.start.resolve();
  }

  enter(client: LiveClient): void {
    this.clients.set(client, []);
  }

  /** It has been told what it missed. */
  release(client: LiveClient): void {
    const held = this.clients.get(client);
    if (!held) return;
    this.clients.set(client, undefined);
    if (held.length > 0) client.send(...held);
  }

  leave(client: LiveClient): void {
    this.clients.delete(client);
    if (this.clients.size === 0) this.end();
  }

  tell(events: readonly LiveEvent[]): void {
    for (const [client, held] of this.clients) {
      if (!held) client.send(...events);
      else if (held.push(...events) > maxHeld) client.close();
    }
  }

  /** All of them have to come back. */
  end(): void {
    this.over.abort();
    this.start.resolve();
    for (const client of this.clients.keys()) client.close();
    this.clients.clear();
  }
}
