/** Tells this process's live queues that something in them has changed. A hint: other replicas project too, so whoever listens also polls. */
export class QueueChanges {
  private readonly listeners = new Map<string, Set<() => void>>();

  /** Calls `listener` after every change of the queue, until the answered function is called. */
  listen(tenantId: string, queue: string, listener: () => void): () => void {
    const key = keyOf(tenantId, queue);
    const listening = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, listening.add(listener));
    return () => {
      listening.delete(listener);
      if (listening.size === 0 && this.listeners.get(key) === listening) this.listeners.delete(key);
    };
  }

  /** Queues not named: any of the tenant may have changed. */
  announce(tenantId: string, queues?: readonly string[]): void {
    if (queues) for (const queue of queues) this.tell(keyOf(tenantId, queue));
    else for (const key of this.listeners.keys()) if (key.startsWith(keyOf(tenantId, ''))) this.tell(key);
  }

  private tell(key: string): void {
    for (const listener of this.listeners.get(key) ?? []) listener();
  }
}

const keyOf = (tenantId: string, queue: string): string => `${tenantId}/${queue}`;
