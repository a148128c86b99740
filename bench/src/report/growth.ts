import type { Growth } from '../line.js';
import { withUnit } from './results.js';

/** The exponent of a power law between the first point and the last: 0 is constant, 1 proportional. */
export function exponentOf({ points }: Growth): number {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return NaN;
  return Math.log(last.value / first.value) / Math.log(last.tickets / first.tickets);
}

/** How a cost grew, in words. */
export function growthSentence(growth: Growth): string {
  const [first, last] = [growth.points[0], growth.points.at(-1)];
  if (!first || !last) return `${growth.name}: not measured`;
  const more = last.tickets / first.tickets;
  const times = last.value / first.value;
  return (
    `${growth.name}: ${withUnit(first.value, growth.unit)} at ${first.tickets.toLocaleString('en')} tickets, ` +
    `${withUnit(last.value, growth.unit)} at ${last.tickets.toLocaleString('en')}: ${withUnit(times, '×')} for ` +
    `${withUnit(more, '×')} the data (exponent ${exponentOf(growth).toFixed(2)}; expected ${growth.expected} at worst)`
  );
}
