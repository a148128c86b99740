const { ModuleMocker } = require('jest-mock');

/** Test files see the globals of Jest's worker. See native-runtime.cjs. */
module.exports = class NativeEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern = null;

  /** There is none: nothing is run in a context of its own. */
  getVmContext() {
    return null;
  }

  async setup() {}

  async teardown() {}
};
