import { runTool } from '@guichet/testing';
import type { Counted } from './bounds.js';

/** What every app's production bundle weighs, and how many modules it loads. */
export async function countBundles(): Promise<Counted> {
  const { code, output } = await runTool('tools/build/build.mjs', ['--sizes']);
  if (code !== 0) throw new Error(`The apps do not build: ${output}`);
  const sizes = JSON.parse(output) as Record<string, { bytes: number; modules: number }>;
  const counted: Record<string, number> = {};
  for (const [app, { bytes, modules }] of Object.entries(sizes)) {
    counted[`bundle of ${app}: size`] = Math.round(bytes / 1024);
    counted[`bundle of ${app}: modules`] = modules;
  }
  return counted;
}
