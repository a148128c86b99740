interface OfTenant {
  /** Of the tenant's last change. */
  last: number;
  readonly listeners: Map<string, Set<() => void>>;
}

/**
 * Tells the live streams of this process what has changed. Every replica hears of every change, whichever of them ran
 * the projection (see Announcer): nobody has to ask again and again.
 */
export class Changes {
  private readonly tenants = new Map<string, OfTenant>();
  private count = 0;

  /** A number that is another one after every change of the tenant. */
  last(tenantId: string): number {
    // Whatever changes while nobody listens is not counted.
    return this.tenants.get(tenantId)?.last ?? this.next();
  }

  /** Calls `changed` after every change of the subject (a queue, a ticket), until the answered function is called. */
  listen(tenantId: string, subject: string, changed: () => void): () => void {
    const tenant = this.tenants.get(tenantId) ?? { last: this.next(), listeners: new Map<string, Set<() => void>>() };
    this.tenants.set(tenantId, tenant);
    const listening = tenant.listeners.get(subject) ?? new Set();
    tenant.listeners.set(subject, listening.add(changed));
    return () => {
      listening.delete(changed);
      if (listening.size === 0 && tenant.listeners.get(subject) === listening) tenant.listeners.delete(subject);
      if (tenant.listeners.size === 0 && this.tenants.get(tenantId) === tenant) this.tenants.delete(tenantId);
    };
  }

  /** Subjects not named: any of the tenant may have changed. */
  announce(tenantId: string, subjects?: Iterable<string>): void {
    const tenant = this.tenants.get(tenantId);
    if (tenant === undefined) return;
    tenant.last = this.next();
    for (const subject of subjects ?? [...tenant.listeners.keys()]) {
      for (const changed of tenant.listeners.get(subject) ?? []) changed();
    }
  }

  private next(): number {
    this.count += 1;
    return this.count;
  }
}
