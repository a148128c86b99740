import { createHash } from 'node:crypto';

/**
 * Chance by name: the same seed and name give the same number in [0, 1), whatever else was drawn before. What one
 * simulated person does therefore does not depend on how fast the others were.
 */
export class Draw {
  constructor(private readonly seed: string) {}

  /** A branch of its own. */
  of(...names: readonly (string | number)[]): Draw {
    return new Draw([this.seed, ...names].join('/'));
  }

  share(name: string | number): number {
    const digest = createHash('sha256').update(`${this.seed}/${name}`).digest();
    return digest.readUIntBE(0, 6) / 2 ** 48;
  }

  /** Whole number, both ends included. */
  integer(name: string | number, from: number, to: number): number {
    return from + Math.floor(this.share(name) * (to - from + 1));
  }

  pick<T>(name: string | number, items: readonly T[]): T {
    const item = items[Math.floor(this.share(name) * items.length)];
    if (item === undefined) throw new RangeError('Nothing to pick from.');
    return item;
  }

  shuffle<T>(name: string | number, items: readonly T[]): T[] {
    const order = items.map((item, index) => ({ item, at: this.share(`${name}/${index}`) }));
    return order.sort((a, b) => a.at - b.at).map(({ item }) => item);
  }
}
