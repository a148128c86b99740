import { type Random as Next, seeded } from '@guichet/testing';

/** Choices of chance that come again with the same seed. */
export class Random {
  private readonly next: Next;

  constructor(seed: number) {
    this.next = seeded(seed);
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    return items.map(() => left.splice(this.below(left.length), 1)[0] as T);
  }
}
