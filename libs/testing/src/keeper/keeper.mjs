import { rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const WATCH_EVERY_MS = 200;

/**
 * Keeps one server for a test run. Arguments: the run's process id, the state file the tests poll, the claim file.
 * @param {() => Promise<{ ready: object, ended: Promise<unknown>, stop: () => Promise<void> }>} start
 */
export async function keep(start) {
  const [runPid, stateFile, claim] = process.argv.slice(2);
  const say = async (state) => {
    await writeFile(`${stateFile}.new`, JSON.stringify({ pid: process.pid, ...state }), { mode: 0o600 });
    await rename(`${stateFile}.new`, stateFile); // a reader sees all of it or nothing
  };
  await writeFile(claim, String(process.pid));
  let server;
  try {
    server = await start();
    await say({ ready: server.ready });
  } catch (error) {
    await say({ error: error instanceof Error ? error.message : String(error) });
  }
  let ended = false;
  server?.ended.then(() => (ended = true));
  while (isAlive(Number(runPid)) && !ended) await delay(WATCH_EVERY_MS);
  await server?.stop();
  await rm(stateFile, { force: true });
  await rm(claim, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // alive, but somebody else's
  }
}
