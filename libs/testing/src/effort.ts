/** True in `npm run test:long`: tests of chance run longer, with the same assertions. */
export const isLongRun = process.env.GUICHET_TEST_LONG === '1';

/** How much of something a test of chance does: `short` in every `npm test`, `long` in `npm run test:long`. */
export function effort(short: number, long: number): number {
  return isLongRun ? long : short;
}
