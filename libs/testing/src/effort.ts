/** True in `npm run test:soak`: tests of chance run longer, with the same assertions. */
export const isSoak = process.env.GUICHET_TEST_SOAK === '1';

/** How much of something a test of chance does: `short` otherwise, `long` in `npm run test:soak`. */
export function effort(short: number, long: number): number {
  return isSoak ? long : short;
}
