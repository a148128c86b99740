/**
 * For tests of what a process says when it fails: `node --import ./tools/workspace/typescript.mjs failing-host.main.ts
 * <how>`.
 */
import { loadConfig, platformSettings } from '@guichet/config';
import { runHost, StartupError } from '../index.js';

const quoted = 'postgres://guichet:hunter2@db:5432/routing';
const running = { stop: async () => undefined };

const ways: Readonly<Record<string, () => Promise<{ stop(): Promise<void> }>>> = {
  settings: async () => {
    loadConfig(platformSettings, { ...process.env, PORT: 'eighty', OIDC_ISSUER: '' });
    return running;
  },
  startup: async () => {
    throw new StartupError(`The database of ${quoted} is another service's.`);
  },
  driver: async () => {
    throw Object.assign(new Error(`no connection to ${quoted}`), { code: 'ECONNREFUSED' });
  },
  'two-addresses': async () => {
    throw new AggregateError([new Error('connect ECONNREFUSED ::1:5432'), new Error(`no answer from ${quoted}`)]);
  },
  uncaught: async () => {
    setTimeout(() => {
      throw new Error(`broken at ${quoted}`);
    });
    return running;
  },
  rejection: async () => {
    setTimeout(() => void Promise.reject(new Error(`nobody waits for ${quoted}`)));
    return running;
  },
  stop: async () => {
    setTimeout(() => process.kill(process.pid, 'SIGTERM'));
    return { stop: () => Promise.reject(new Error(`cannot let go of ${quoted}`)) };
  },
};

const how = ways[process.argv[2] ?? ''];
if (how === undefined) throw new Error(`Say how to fail: ${Object.keys(ways).join(', ')}.`);
// Something to wait for, as a listening server is.
setTimeout(() => undefined, 30_000);
runHost({ name: 'failing', logFormat: 'json' }, how);
