/** The years there are, for everything that names a time: imports take no other, figures are asked about no other. */

/** 1900-01-01T00:00:00Z, in milliseconds since 1970: the first instant there is. */
export const firstInstantMs = Date.UTC(1900, 0, 1);
/** The last instant there is, in milliseconds since 1970: the millisecond before 2200-01-01T00:00:00Z. */
export const lastInstantMs = Date.UTC(2200, 0, 1) - 1;

/** How far a clock may be ahead of ours, in milliseconds: an imported event must have happened by then. */
const clocksApartMs = 5 * 60_000;

/**
 * What is wrong with the time of an event that is said to have happened; undefined where nothing is.
 * @param at RFC 3339. @param nowMs milliseconds since 1970.
 */
export function problemOfInstant(at: string, nowMs: number): string | undefined {
  const ms = Date.parse(at);
  if (ms < firstInstantMs || ms > lastInstantMs) return 'must lie in the years from 1900 to 2199';
  if (ms > nowMs + clocksApartMs) return 'lies in the future: import what has happened';
  return undefined;
}
