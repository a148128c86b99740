import { type Block, decode, eachEntry, stretch, stretchOf, weightOf } from './posting-block.js';

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

/**
 * Numbers above zero by place in a stretch, and where they are. Most of the time of a search is spent in these loops:
 * none of them calls what it was given.
 */
class Places {
  private readonly values = new Float64Array(stretch);
  private readonly set = new Uint16Array(stretch);
  private count = 0;

  /** @param keeps of several numbers for a place: what they are together, or the greatest of them */
  constructor(private readonly keeps: 'sum' | 'greatest' = 'sum') {}

  put(place: number, value: number): void {
    const { values } = this;
    const before = values[place] ?? 0;
    if (before === 0) this.set[this.count++] = place;
    if (this.keeps === 'sum') values[place] = before + value;
    else if (value > before) values[place] = value;
  }

  /** Puts, for each document of the block, what its weight is worth. @param worth by the weight’s step */
  putBlock(block: Block, worth: Float64Array): void {
    const { places, steps, count } = decode(block);
    for (let i = 0; i < count; i++) this.put(places[i] ?? 0, worth[steps[i] ?? 0] ?? 0);
  }

  /** Puts all numbers into another one: BM25’s share of each weight × `top`. Nothing is left here. */
  saturateInto(into: Places, top: number, k1: number): void {
    const { values, set, count } = this;
    for (let i = 0; i < count; i++) {
      const place = set[i] ?? 0;
      const weight = values[place] ?? 0;
      values[place] = 0;
      into.put(place, (top * weight) / (k1 + weight));
    }
    this.count = 0;
  }

  moveInto(into: Places): void {
    const { values, set, count } = this;
    for (let i = 0; i < count; i++) {
      const place = set[i] ?? 0;
      into.put(place, values[place] ?? 0);
      values[place] = 0;
    }
    this.count = 0;
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

  /** Sets all to zero. Answers how many were above. */
  clear(): number {
    const { values, set, count } = this;
    for (let i = 0; i < count; i++) values[set[i] ?? 0] = 0;
    this.count = 0;
    return count;
  }
}

// Used again by each word of each query: they are empty whenever nothing is being added.
const weights = new Places();
const greatest = new Places('greatest');
/** For the sums of the next query: an array of 65,536 numbers costs more to make than most queries put into it. */
const spare: Places[] = [];
const maxSpare = 8;

/** How many documents are in one of the lists. */
export function documentsIn(lists: readonly (readonly Block[])[]): number {
  if (lists.length === 1) return (lists[0] ?? []).reduce((sum, { documents }) => sum + documents, 0);
  let count = 0;
  for (const start of startsOf(lists)) {
    for (const list of lists)
      for (const block of list) if (stretchOf(block.start) === start) weights.putBlock(block, weightOf);
    count += weights.clear();
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
      const into = readings.length === 1 ? sums : greatest;
      for (const { times, lists } of readings) {
        const top = times * (this.k1 + 1);
        const blocks = lists.flatMap((list) => list.filter((block) => stretchOf(block.start) === start));
        if (lists.length === 1) {
          const worth = weightOf.map((weight) => (top * weight) / (this.k1 + weight));
          for (const block of blocks) into.putBlock(block, worth);
        } else {
          for (const block of blocks) weights.putBlock(block, weightOf);
          weights.saturateInto(into, top, this.k1);
        }
      }
      if (into !== sums) into.moveInto(sums);
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

/** By place, how many filters a document is in; undefined where there are none. */
function passing(filters: readonly (readonly Block[])[], start: number): Uint8Array | undefined {
  if (filters.length === 0) return undefined;
  const passed = new Uint8Array(stretch);
  for (const block of filters.flat())
    if (stretchOf(block.start) === start) eachEntry(block, (place) => (passed[place] = (passed[place] ?? 0) + 1));
  return passed;
}
