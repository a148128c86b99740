import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What a script of the folder keeper prints: why this machine cannot run a server; '' where it can. */
export function whyNot(script: `${string}.mjs`): string {
  const path = join(import.meta.dirname, 'keeper', script);
  return spawnSync(process.execPath, [path], { encoding: 'utf8' }).stdout.trim();
}

/**
 * `describe` for tests that need a server. Where there is a reason why not, the block is skipped with the reason in its
 * name, or fails when REQUIRE_KAFKA=1.
 */
export function describeUnless(reason: string, name: string, block: () => void): void {
  if (reason === '') describe(name, block);
  else if (process.env.REQUIRE_KAFKA === '1') {
    it(name, () => {
      throw new Error(`REQUIRE_KAFKA=1, but ${reason}`);
    });
  } else {
    console.warn(`Skipped "${name}": ${reason}`);
    describe.skip(`${name} (skipped: ${reason})`, block);
  }
}
