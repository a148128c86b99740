/** Interleaved rounds: what is compared runs in turn, so that a slow minute of the machine meets all alike. */
import type { Figure, Goal } from './line.js';

/** Name → one number a round, in the order of the rounds. */
export type Samples<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/** Runs every variant once a round, in an order that turns, after `warmUps` rounds that do not count. */
export async function interleave<Name extends string>(
  variants: Readonly<Record<Name, () => Promise<number>>>,
  { rounds, warmUps = 1 }: { readonly rounds: number; readonly warmUps?: number },
): Promise<Samples<Name>> {
  const names = Object.keys(variants) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(((i + round) % names.length) + names.length) % names.length] as Name;
      const value = await variants[name]();
      if (round >= 0) samples[name].push(value);
    }
  }
  return samples;
}

/** A figure from one number a round. */
export function figure(name: string, unit: Figure['unit'], samples: readonly number[], goal?: Goal): Figure {
  if (samples.length === 0) throw new Error(`${name} was not measured.`);
  const sorted = [...samples].sort((a, b) => a - b);
  const [min, max] = [sorted[0] as number, sorted.at(-1) as number];
  return { name, unit, median: quantile(sorted, 0.5), min, max, rounds: samples.length, ...(goal && { goal }) };
}

/** One side ÷ the other, round by round. */
export function ratio(name: string, ours: readonly number[], theirs: readonly number[], goal?: Goal): Figure {
  if (ours.length !== theirs.length) throw new Error(`${name}: the rounds do not match.`);
  return figure(
    name,
    '×',
    ours.map((value, round) => value / (theirs[round] as number)),
    goal,
  );
}

/** Type 7, of sorted numbers. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export const atLeast = (value: number): Goal => ({ value, at: 'least' });
export const atMost = (value: number): Goal => ({ value, at: 'most' });

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
