/** When which part is killed: from the seed alone, so that a run can be repeated. Pure. */
import { Draw } from './draw.js';

export interface Kill {
  /** Milliseconds after the chaos has begun. */
  readonly atMs: number;
  readonly part: string;
  /** Milliseconds until it is started again. */
  readonly downMs: number;
}

export interface PlanOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly parts: readonly string[];
  /** Shortest and longest pause between two kills. */
  readonly everyMs: readonly [least: number, most: number];
}

const longestDownMs = 2_000;

/**
 * Parts are dealt out from a shuffled deck, so that each comes about equally often, and once before any comes twice. Of
 * several, none comes twice in a row: it could not be up yet.
 */
export function killPlan({ seed, durationMs, parts, everyMs: [least, most] }: PlanOptions): Kill[] {
  if (parts.length === 0) throw new RangeError('There is nothing to kill.');
  const draw = new Draw(`kills/${seed}`);
  const kills: Kill[] = [];
  let deck: string[] = [];
  for (let atMs = draw.integer('first', least, most); atMs < durationMs;) {
    const { length } = kills;
    if (deck.length === 0) {
      deck = draw.shuffle(`deck ${length}`, parts);
      if (deck[0] === kills.at(-1)?.part) deck.push(deck.shift() as string);
    }
    kills.push({ atMs, part: deck.shift() as string, downMs: draw.integer(`down ${length}`, 0, longestDownMs) });
    atMs += draw.integer(`pause ${length}`, least, most);
  }
  return kills;
}
