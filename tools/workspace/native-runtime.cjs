const { pathToFileURL } = require('node:url');
const { default: Runtime } = require('jest-runtime');

// Jest's workers have no `--import`.
require('./typescript.mjs');

let files = 0;

/**
 * Loads test files by Node's own loader, into the realm of Jest's worker. A worker loads each module once, and not once
 * for each test file as Jest does, which was most of a test file's time: of a file that starts a service 4.7 s of 7.4 s
 * of processor time. A test file itself is loaded anew. What a module keeps for itself is thus shared by the test files
 * of a worker, and modules cannot be mocked.
 */
module.exports = class NativeRuntime extends Runtime {
  /** Of Jest itself. Its framework keeps the tests and hooks of a file in the module: each file gets another one. */
  requireInternalModule(path) {
    delete require.cache[path];
    return require(path);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  unstable_importModule(path) {
    // Node knows the maps of what it has loaded; Jest would look for those of what Jest has compiled.
    process.setSourceMapsEnabled(true);
    Error.prepareStackTrace = undefined;
    return import(`${pathToFileURL(path).href}?${files++}`);
  }
};
