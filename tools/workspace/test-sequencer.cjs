const Sequencer = require('@jest/test-sequencer').default;

/** The longest first, so that nothing long begins when the other worker has nothing left to do. */
const first = [
  /real-logs/,
  /chaos\.e2e/,
  /kafka-.*\.e2e/,
  /same-numbers\.e2e/,
  /\.e2e\.spec/,
  /faults\//,
  /\.int\.spec/,
];
const rank = ({ path }) => {
  const place = first.findIndex((pattern) => pattern.test(path));
  return place < 0 ? first.length : place;
};

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
