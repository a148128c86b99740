import type { FiguresChange } from './projection/ticket-facts.projection.js';

/** Tells the live streams of this process that figures of a tenant have changed. */
export class FiguresChanges {
  private readonly listeners = new Map<string, Set<() => void>>();

  /** Calls `changed` after every batch that changed something for the tenant; answers what ends that. */
  listen(tenantId: string, changed: () => void): () => void {
    const listeners = this.listeners.get(tenantId) ?? new Set();
    this.listeners.set(tenantId, listeners.add(changed));
    return () => {
      listeners.delete(changed);
      if (listeners.size === 0 && this.listeners.get(tenantId) === listeners) this.listeners.delete(tenantId);
    };
  }

  publish(changes: readonly Pick<FiguresChange, 'tenantId'>[]): void {
    for (const { tenantId } of changes) this.listeners.get(tenantId)?.forEach((changed) => changed());
  }
}
