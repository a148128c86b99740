/** What somebody meant who wrote something that is not there. Pure. */

/**
 * The closest of `candidates` to what was written, where it is close enough to be meant. Upper and lower case are the
 * same.
 * @param mostEdits how many letters may be wrong, missing or too many; by default more in long words
 */
export function closest(
  written: string,
  candidates: readonly string[],
  mostEdits = Math.max(Math.min(2, written.length - 1), Math.floor(written.length / 3)),
): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(written.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= mostEdits ? best.candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
