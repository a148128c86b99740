/** Tenants of very different sizes, and where they are put. Pure. */
import { createHash } from 'node:crypto';

/** Shares of the whole, the largest first: the tenant of rank r has a share in proportion to 1 / r^exponent. */
export function zipf(tenants: number, exponent: number): readonly number[] {
  const weights = Array.from({ length: tenants }, (_, i) => 1 / (i + 1) ** exponent);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / whole);
}

/** Share of each place when every tenant goes where the hash of its id says. `seed` stands for other ids. */
export function placedByHash(shares: readonly number[], places: number, seed: number): readonly number[] {
  const loads = new Array<number>(places).fill(0);
  shares.forEach((share, tenant) => {
    const place = createHash('sha256').update(`${seed}/${tenant}`).digest().readUInt32BE(0) % places;
    loads[place] = (loads[place] ?? 0) + share;
  });
  return loads;
}

/** Share of each place when every tenant, the largest first, goes where there is least so far. */
export function placedBySize(shares: readonly number[], places: number): readonly number[] {
  const loads = new Array<number>(places).fill(0);
  for (const share of shares) {
    const place = loads.indexOf(Math.min(...loads));
    loads[place] = (loads[place] ?? 0) + share;
  }
  return loads;
}

/** The fullest place ÷ the mean. */
export const imbalance = (loads: readonly number[]): number =>
  (Math.max(...loads) * loads.length) / loads.reduce((sum, load) => sum + load, 0);
