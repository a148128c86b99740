/**
 * What figures make of values that no figure can be made of: nothing that was accepted once may stop the others. Pure.
 */
import { firstInstantMs, lastInstantMs } from '@guichet/contracts';

/**
 * An event's time in milliseconds since 1970; one outside the years there are counts at the nearest instant there is.
 */
export const countedAt = (occurredAt: string): number =>
  Math.min(Math.max(Date.parse(occurredAt), firstInstantMs), lastInstantMs);

/** A leap year. An activity that is said to have taken longer counts as so long. */
export const longestActivitySeconds = 366 * 86_400;
