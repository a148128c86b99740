import type { Finding, Sent } from '../history.js';
import { partRows, summaryRows, toMarkdown, toText } from './markdown.js';
import { reportOf, type RunResult } from './report.js';

const sent = (outcome: Sent['outcome'], service: Sent['service'] = 'routing', attempts = 1): Sent => ({
  ...{ service, commandId: 'id', tenantId: 'tenant', streamId: 'stream', kind: 'claim', leadsTo: [], mayBe: [] },
  ...{ mustBeRefused: false, attempts, outcome },
});
const acknowledged = { is: 'acknowledged', status: 200, version: 1, position: 1 } as const;
const finding = (kind: Finding['kind']): Finding => ({ kind, text: `some ${kind}` });

const run: RunResult = {
  options: { seed: 3, minutes: 10, replicas: 2, lanes: 12 },
  machine: { cores: 2, memoryGiB: 8 },
  sent: [sent(acknowledged), sent(acknowledged, 'intake', 3), sent({ is: 'refused', status: 409, code: 'no' })],
  tickets: 1,
  repeats: 1,
  longestWaitMs: 1234.5,
  hiccups: new Map([
    ['no answer (timeout)', 1],
    ['503 database-unavailable', 5],
  ]),
  recoveries: [
    { part: 'intake 1', kind: 'intake', answersMs: 1000, flowsMs: 3000 },
    { part: 'intake 2', kind: 'intake', answersMs: 2000, flowsMs: 5000 },
    { part: 'kafka', kind: 'kafka', answersMs: 4000 },
  ],
  failedStarts: 0,
  checked: { findings: [], events: { intake: 1, routing: 2 }, repeatedRecords: 0, tables: 3, figures: 4 },
  findings: [],
};

it('counts commands, kills and what was found', () => {
  const findings = [
    finding('lost'),
    finding('doubled'),
    finding('wrong number'),
    finding('unclean error'),
    finding('not back'),
  ];
  expect(reportOf({ ...run, findings })).toMatchObject({
    ...{ kills: 3, acknowledged: { intake: 1, routing: 1 }, refused: 1, uncertain: 1 },
    ...{ lost: 1, doubled: 1, differences: 1, unclean: 1, otherFindings: 1 },
  });
  expect(reportOf(run)).toMatchObject({ lost: 0, doubled: 0, differences: 0, unclean: 0, otherFindings: 0 });
});

it('gives the time to recover by kind of part, and none where one never did', () => {
  expect(reportOf(run).parts).toEqual([
    { part: 'intake', kills: 2, answersMs: { p50: 1000, max: 2000 }, flowsMs: { p50: 3000, max: 5000 } },
    { part: 'kafka', kills: 1, answersMs: { p50: 4000, max: 4000 }, flowsMs: { p50: null, max: null } },
  ]);
  expect(partRows(reportOf(run))).toContainEqual(['kafka', '1', '4.0 s / 4.0 s', 'never / never']);
});

it('writes every row into page and text, and every finding', () => {
  const report = reportOf({ ...run, findings: [finding('lost')] });
  const page = toMarkdown(report, 'npm run chaos -- --seed 3');
  for (const [label, value] of summaryRows(report)) expect(page).toContain(`| ${label} | ${value} |`);
  expect(page).toContain('npm run chaos -- --seed 3');
  expect(page).toContain('503 database-unavailable 5×, no answer (timeout) 1×');
  for (const text of [page, toText(report)]) expect(text).toContain('some lost');
});
