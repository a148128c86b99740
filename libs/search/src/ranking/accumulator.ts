import { type Block, eachEntry, stretch, stretchOf } from './posting-block.js';

/** What a word was read as: a document's weight is the sum of what the lists give it. */
export interface Reading {
  readonly times: number;
  /** For each form of the reading, its blocks. */
  readonly lists: readonly (readonly Block[])[];
}

export interface Best {
  readonly number: number;
  readonly score: number;
}

/** Numbers above zero by place in a stretch, and where they are. */
class Places {
  private readonly values = new Float64Array(stretch);
  private readonly set = new Uint16Array(stretch);
  private count = 0;

  add(place: number, value: number): void {
    const before = this.values[place] ?? 0;
    if (before === 0) this.set[this.count++] = place;
    this.values[place] = before + value;
  }

  raise(place: number, value: number): void {
    const before = this.values[place] ?? 0;
    if (before === 0) this.set[this.count++] = place;
    if (value > before) this.values[place] = value;
  }

  /** Visits what is above zero, and sets it to zero. */
  empty(visit: (place: number, value: number) => void): void {
    for (let i = 0; i < this.count; i++) {
      const place = this.set[i] ?? 0;
      visit(place, this.values[place] ?? 0);
      this.values[place] = 0;
    }
    this.count = 0;
  }
}

// Used again by each word of each query: they are empty whenever nothing is being added.
const weights = new Places();
const values = new Places();
/** For the sums of the next query: an array of 65,536 numbers costs more to make than most queries put into it. */
const spare: Places[] = [];
const maxSpare = 8;

/** How many documents are in one of the lists. */
export function documentsIn(lists: readonly (readonly Block[])[]): number {
  let count = 0;
  for (const start of startsOf(lists)) {
    for (const list of lists) for (const block of list) if (stretchOf(block.start) === start) addBlock(block);
    weights.empty(() => count++);
  }
  return count;
}

const startsOf = (lists: readonly (readonly Block[])[]): ReadonlySet<number> =>
  new Set(lists.flatMap((list) => list.map((block) => stretchOf(block.start))));

/** Sums by document, of one query. */
export class Accumulator {
  /** By stretch. */
  private readonly sums = new Map<number, Places>();

  constructor(private readonly k1: number) {}

  /** Adds, to each document, the best of what the readings give it: times × BM25's share of the weight. */
  addBest(readings: readonly Reading[]): void {
    for (const start of startsOf(readings.flatMap(({ lists }) => lists))) {
      const sums = this.sums.get(start) ?? spare.pop() ?? new Places();
      this.sums.set(start, sums);
      // Most words have a single reading, and most readings a single form: what is not to be compared or added up first
      // goes to the sums at once.
      const isOnly = readings.length === 1;
      for (const { times, lists } of readings) {
        const top = times * (this.k1 + 1);
        const give = (place: number, weight: number) => {
          const value = (top * weight) / (this.k1 + weight);
          if (isOnly) sums.add(place, value);
          else values.raise(place, value);
        };
        const blocks = lists.flatMap((list) => list.filter((block) => stretchOf(block.start) === start));
        if (lists.length === 1) for (const block of blocks) eachEntry(block, give);
        else {
          for (const block of blocks) addBlock(block);
          weights.empty(give);
        }
      }
      if (!isOnly) values.empty((place, value) => sums.add(place, value));
    }
  }

  /**
   * The documents that have something and are in every filter: how many there are, and the best of them. The sums are
   * gone then.
   * @param count how many of the best
   */
  takeBest(count: number, filters: readonly (readonly Block[])[]): { best: readonly Best[]; total: number } {
    let kept: Best[] = [];
    let total = 0;
    let least = 0;
    const cut = () => {
      kept = kept.sort((a, b) => b.score - a.score || a.number - b.number).slice(0, count);
      if (kept.length === count) least = kept.at(-1)?.score ?? 0;
    };
    for (const [start, sums] of this.sums) {
      const passed = passing(filters, start);
      sums.empty((place, score) => {
        if (passed && passed[place] !== filters.length) return;
        total++;
        if (score < least) return;
        kept.push({ number: start + place, score });
        if (kept.length >= count + manyKept) cut();
      });
      if (spare.length < maxSpare) spare.push(sums);
    }
    this.sums.clear();
    cut();
    return { best: kept, total };
  }
}

/** Documents that are kept before they are sorted again. */
const manyKept = 1_000;

const addBlock = (block: Block): void => eachEntry(block, (place, weight) => weights.add(place, weight));

/** By place, how many filters a document is in; undefined where there are none. */
function passing(filters: readonly (readonly Block[])[], start: number): Uint8Array | undefined {
  if (filters.length === 0) return undefined;
  const passed = new Uint8Array(stretch);
  for (const block of filters.flat())
    if (stretchOf(block.start) === start) eachEntry(block, (place) => (passed[place] = (passed[place] ?? 0) + 1));
  return passed;
}
