const { appendFileSync } = require('node:fs');

const slowest = 15;
const seconds = ({ perfStats }) => (perfStats.end - perfStats.start) / 1000;

/** Closes a test run with the slowest files and one plain line: `N passed, N failed, N skipped`. */
module.exports = class SummaryReporter {
  onRunComplete(_contexts, results) {
    const brokenFiles = results.testResults.filter((file) => file.testExecError && file.numFailingTests === 0).length;
    const { numPassedTests: passed, numPendingTests: skipped } = results;
    const failed = results.numFailedTests + brokenFiles;
    const files = [...results.testResults].sort((one, other) => seconds(other) - seconds(one)).slice(0, slowest);
    const times = files.map((file) => `${seconds(file).toFixed(0).padStart(5)} s  ${file.testFilePath}\n`).join('');
    const text = `${results.testResults.length > slowest ? times : ''}${passed} passed, ${failed} failed, ${skipped} skipped\n`;
    // For whoever runs several lanes and adds them up.
    const sums = process.env.GUICHET_TEST_RESULTS;
    if (sums) appendFileSync(sums, `${passed} ${failed} ${skipped}\n`);
    // After whatever other reporters print at the end.
    process.on('exit', () => process.stdout.write(text));
  }
};
