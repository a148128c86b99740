const { containersLane, longLane } = require('./tools/workspace/lanes.cjs');

const isSoak = process.env.GUICHET_TEST_SOAK === '1';
const lane = process.env.GUICHET_TEST_LANE;
const onlyOfLane = { long: longLane, containers: containersLane }[lane];

/** One configuration for every project: `npx jest libs/routing` runs one of them. */
module.exports = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/tools/workspace/native-environment.cjs',
  runtime: '<rootDir>/tools/workspace/native-runtime.cjs',
  ...(onlyOfLane ? { testRegex: onlyOfLane } : { testMatch: ['<rootDir>/{apps,libs,tools,tests,bench}/**/*.spec.ts'] }),
  testPathIgnorePatterns: ['/node_modules/', ...(lane === 'short' ? [...longLane, ...containersLane] : [])],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  reporters: ['default', '<rootDir>/tools/workspace/summary-reporter.cjs'],
  testSequencer: '<rootDir>/tools/workspace/test-sequencer.cjs',
  setupFiles: isSoak ? ['<rootDir>/tools/workspace/soak.setup.mjs'] : [],
  testTimeout: isSoak ? 1_800_000 : 30_000,
  // More than two cores: most of a test of processes is waiting for them.
  maxWorkers: 3,
};
