/** Carries a plan of kills out. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Ledger } from '../life/ledger.js';
import type { Part } from '../parts/part.js';
import type { Kill } from '../plan/kill-plan.js';
import type { Probe, Recovery } from './recovery.js';

export interface KillerOptions {
  readonly parts: readonly Part[];
  readonly plan: readonly Kill[];
  readonly probe: Probe;
  readonly ledger: Ledger;
  readonly onKill: (part: string, number: number) => void;
  readonly onBack: (recovery: Recovery) => void;
}

/** Kills, starts again and measures; answers when everything that was killed is back, or is known not to come back. */
export async function killByPlan({ parts, plan, probe, ledger, onKill, onBack }: KillerOptions): Promise<Recovery[]> {
  const began = performance.now();
  const recoveries: Promise<Recovery>[] = [];
  /** Part → its restart under way: nothing is killed before it has been started. */
  const restarts = new Map<string, Promise<void>>();
  for (const [i, { atMs, part: name, downMs }] of plan.entries()) {
    await pause(Math.max(0, began + atMs - performance.now()));
    const part = parts.find((one) => one.name === name);
    if (!part) throw new Error(`There is no part ${name}.`);
    await restarts.get(name);
    onKill(name, i + 1);
    const killedAt = performance.now();
    await part.kill();
    const restart = pause(downMs)
      .then(() => part.restart())
      .catch((error: unknown) => ledger.find('not back', `${name} did not start: ${String(error)}`));
    restarts.set(name, restart);
    const recovery = probe.after(part, killedAt);
    recoveries.push(recovery);
    void recovery.then(onBack);
  }
  await Promise.all(restarts.values());
  return Promise.all(recoveries);
}
