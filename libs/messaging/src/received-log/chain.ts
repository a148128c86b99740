/**
 * The chain of a partition: every record names the one sent before it, so a reader knows what it has and what it lacks.
 */

export interface Link {
  /** Position in the publisher's log. */
  readonly position: number;
  /** Position of the record sent to the same partition before this one; 0 for the first. */
  readonly previous: number;
}

export interface Continuation<L extends Link> {
  /** What continues the chain, in order. */
  readonly fresh: readonly L[];
  /** Records left out: the reader has them already, or (searching) they lie beyond the gap. */
  readonly dropped: number;
  /** The first record that follows something the reader never got; nothing from there on is fresh. */
  readonly gap?: L;
}

/**
 * What of `records` continues a chain whose last link is `last`. A repetition is dropped, a gap ends it. While
 * `searching`, for a chain that is being sent again, links beyond the gap are passed over until the missing one comes.
 */
export function continueChain<L extends Link>(last: number, records: readonly L[], searching = false): Continuation<L> {
  const fresh: L[] = [];
  let end = last;
  let dropped = 0;
  for (const record of records) {
    if (record.position > end && record.previous === end) {
      fresh.push(record);
      end = record.position;
    } else if (record.position <= end || (searching && fresh.length === 0)) {
      dropped += 1;
    } else {
      return { fresh, dropped, gap: record };
    }
  }
  return { fresh, dropped };
}
