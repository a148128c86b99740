const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { $schema, ...swcrc } = JSON.parse(readFileSync(join(__dirname, '.swcrc'), 'utf8'));

const isLongRun = process.env.GUICHET_TEST_LONG === '1';

/** One configuration for every project: `npx jest libs/routing` runs one of them. */
module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,tools,tests,bench}/**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js', '$1'] },
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swcrc, swcrc: false, module: { type: 'es6' } }] },
  reporters: ['default', '<rootDir>/tools/workspace/summary-reporter.cjs'],
  testSequencer: '<rootDir>/tools/workspace/test-sequencer.cjs',
  setupFiles: isLongRun ? ['<rootDir>/tools/workspace/long-run.setup.mjs'] : [],
  testTimeout: isLongRun ? 1_800_000 : 30_000,
  // More than two cores: most of a test of processes is waiting for them.
  maxWorkers: 3,
};
