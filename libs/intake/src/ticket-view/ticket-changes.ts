/** Tells this replica's live streams that a ticket's view has changed. */
export class TicketChanges {
  private readonly listeners = new Map<string, Set<() => void>>();

  /** Calls `listener` after every change of the ticket, until the answered function is called. */
  listen(tenantId: string, ticketId: string, listener: () => void): () => void {
    const key = `${tenantId}/${ticketId}`;
    const listening = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, listening.add(listener));
    return () => {
      listening.delete(listener);
      if (listening.size === 0 && this.listeners.get(key) === listening) this.listeners.delete(key);
    };
  }

  announce(tenantId: string, ticketId: string): void {
    for (const listener of this.listeners.get(`${tenantId}/${ticketId}`) ?? []) listener();
  }
}
