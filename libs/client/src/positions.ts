/** Positions in the services' logs: what answers must have seen. Pure. */
export class Positions {
  private readonly positions = new Map<string, number>();

  /** Of what `Guichet-Position` says, such as `routing=4711`; the greater position of a service counts. */
  add(header: string | null | undefined): void {
    for (const [, service = '', digits] of (header ?? '').matchAll(/([a-z][a-z-]*)=(\d+)/g))
      this.positions.set(service, Math.max(this.positions.get(service) ?? 0, Number(digits)));
  }

  /** As `Guichet-After` wants it; undefined when nothing is known. */
  toString(): string {
    return [...this.positions].map(([service, position]) => `${service}=${position}`).join(', ');
  }

  get isEmpty(): boolean {
    return this.positions.size === 0;
  }
}
