/**
 * `npm run test:soak`: properties that do not say how often they are tried are tried 4000 times, as the others are 40
 * times as often.
 */
import fc from 'fast-check';

fc.configureGlobal({ numRuns: 4000 });
