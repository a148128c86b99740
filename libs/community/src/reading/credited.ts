/** How much of what a page says about reading is believed. Pure. */

/** Seconds that one report may speak of; a page reports more often. */
export const mostSeconds = 600;

/**
 * Nobody reads longer than time has gone by since their last report: what is said beyond it is cut from all topics
 * alike.
 * @param elapsedSeconds since the last report; undefined: it is the first
 */
export function credited(seconds: readonly number[], elapsedSeconds: number | undefined): readonly number[] {
  const said = seconds.reduce((sum, one) => sum + one, 0);
  const most = Math.min(mostSeconds, Math.max(0, elapsedSeconds ?? mostSeconds));
  return said <= most ? seconds : seconds.map((one) => Math.floor((one * most) / said));
}
