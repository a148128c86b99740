import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithKafka, runTool } from '@guichet/testing';
import { partKinds } from './arguments.js';
import type { Report } from './report/report.js';

/** Longer runs by command: `npm run chaos -- --minutes 10 --seed 1`. */
const args = ['--minutes', '0.6', '--every', '2-4', '--replicas', '1', '--lanes', '6', '--seed', '2'];

describeWithKafka('the whole product under kill -9', () => {
  it('loses nothing, doubles nothing, and counts right', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'guichet-chaos-report-'));
    try {
      const json = join(folder, 'report.json');
      const { code, output } = await runTool('tests/chaos/chaos.mjs', [...args, '--json', json]);
      expect([code, output]).toEqual([0, expect.stringContaining('lost')]);
      const report = JSON.parse(await readFile(json, 'utf8')) as Report;
      expect(report).toMatchObject({ lost: 0, doubled: 0, differences: 0, unclean: 0, otherFindings: 0, findings: [] });
      expect(report.kills).toBeGreaterThanOrEqual(6);
      const parts = report.parts.map(({ part }) => part).sort();
      expect(parts).toEqual([...partKinds].sort());
      // Otherwise there was nothing to lose.
      expect(report.acknowledged.intake).toBeGreaterThan(10);
      expect(report.acknowledged.routing).toBeGreaterThan(10);
      expect(report.tables).toBeGreaterThan(0);
      expect(report.figures).toBeGreaterThan(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 900_000);
});
