/** npm runs a script in a shell, and passes the signals it gets to that shell alone: nobody tells the script. */
import { readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';

const LOOK_EVERY_MS = 500;

/** The parent of a process, and what it runs; undefined where the system does not say, or it has gone. */
function processOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command };
  } catch {
    return undefined;
  }
}

/** npm itself, or the shell between, with npm above it: the processes that have to be there. */
function ancestors() {
  const parent = process.ppid;
  const { parent: above, command = [] } = processOf(parent) ?? {};
  return command[1] === '-c' ? [parent, above] : [parent];
}

/** Now, before anything that takes long: npm may be gone when the packages are installed. */
const before = ancestors().join();

/**
 * Calls `end` once when the npm that runs this script has ended. Does nothing where no npm runs it (nohup node … &).
 */
export function whenParentEnds(end) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const looking = setInterval(() => {
    if (ancestors().join() === before) return;
    clearInterval(looking);
    end();
  }, LOOK_EVERY_MS);
  looking.unref();
}
