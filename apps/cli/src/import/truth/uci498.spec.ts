import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { factsOfFile } from './facts-of-file.js';
import {
  backlogAt,
  dayIn,
  distribution,
  isoOf,
  rounded,
  statisticsOf,
  type TicketFacts,
  type Truth,
} from './independent-fold.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const logs = process.env['GUICHET_REAL_LOGS'];
const whole = `${logs ?? ''}/uci498_servicenow/incident_event_log.csv.gz`;
const wholeTruth = `${logs ?? ''}/uci498_servicenow/ground_truth.json`;
const files: [string, string, string][] = [
  ['the excerpt', here('../../../examples/uci498-excerpt.csv.gz'), here('../../../examples/uci498-excerpt.truth.json')],
];
if (logs !== undefined && existsSync(whole)) files.push(['the whole log', whole, wholeTruth]);
else
  console.warn(
    'Set GUICHET_REAL_LOGS to the folder of the real logs to compare all of UCI 498; the excerpt is compared.',
  );

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const channels: Record<string, string> = {
  'Direct opening': 'direct-opening',
  Email: 'email',
  IVR: 'ivr',
  Phone: 'phone',
  'Self service': 'portal',
};
const priorities: Record<string, string> = {
  '1 - Critical': 'urgent',
  '2 - High': 'high',
  '3 - Moderate': 'normal',
  '4 - Low': 'low',
};
/** Figures by the log's names, as figures by ours. */
const renamed = (figures: unknown, names: Record<string, string>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(figures as object).map(([name, figure]) => [names[name] ?? name, figure]));

describe.each(files)('UCI 498, %s, as events', (_, file, truthFile) => {
  let tickets: readonly TicketFacts[];
  let truth: Truth;
  let imported: Awaited<ReturnType<typeof factsOfFile>>;
  const end = ({ resolutions, closed }: TicketFacts) => resolutions[0] ?? closed!;
  const since = (some: readonly TicketFacts[], at: (ticket: TicketFacts) => number | null | undefined) =>
    some.flatMap((ticket) => {
      const then = at(ticket);
      return then === null || then === undefined ? [] : [then - ticket.opened];
    });
  const withPriority = (priority: string) => tickets.filter(({ priorities: [first] }) => first === priority);
  const perDay = (times: readonly number[], [from, to]: [string, string]) =>
    distribution(times.map((at) => dayIn(at, 'UTC')).filter((day) => from <= day && day <= to));

  beforeAll(async () => {
    truth = JSON.parse(readFileSync(truthFile, 'utf8')) as Truth;
    imported = await factsOfFile(file, here('../../../mappings/uci498.yaml'));
    tickets = imported.tickets;
  });

  it('has the counts', () => {
    const counts = truth['counts']!;
    expect(imported.rejections).toBe(0);
    expect({
      cases: tickets.length,
      rows: imported.staged.read,
      groups: imported.staged.columns['assignment_group']?.different,
      assignees: imported.staged.columns['assigned_to']?.different,
      callers: new Set(tickets.map(({ requesterId }) => requesterId).filter((id) => id !== 'unknown')).size,
      first_opened: isoOf(Math.min(...tickets.map(({ opened }) => opened))),
      last_opened: isoOf(Math.max(...tickets.map(({ opened }) => opened))),
      state_rows: distribution(tickets.flatMap(({ activities }) => activities)),
      cases_with_priority_change: tickets.filter((ticket) => ticket.priorities.length > 1).length,
      cases_without_resolved_at: tickets.filter(({ resolutions }) => resolutions.length === 0).length,
    }).toEqual(expect.objectContaining(subset(counts)));
    expect(distribution(tickets.map(({ channel }) => channel))).toEqual(renamed(counts['channel_cases'], channels));
    expect(distribution(tickets.map((ticket) => ticket.priorities[0]!))).toEqual(
      renamed(counts['priority_first'], priorities),
    );
    expect(distribution(tickets.map((ticket) => ticket.priorities.at(-1)!))).toEqual(
      renamed(counts['priority_last'], priorities),
    );
  });

  /** Counts that need no event: of rows as they stand in the file. */
  const subset = (counts: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(counts).filter(
        ([name]) =>
          ![
            'last_update',
            'channel_cases',
            'priority_first',
            'priority_last',
            'same_minute_consecutive_rows',
            'cases_whose_first_row_is_before_opened_at',
          ].includes(name),
      ),
    );

  it('opens and ends tickets when they did', () => {
    const opened = tickets.map((ticket) => ticket.opened);
    const ended = tickets.map(end);
    const inApril = (times: readonly number[]) => times.filter((at) => isoOf(at)!.startsWith('2016-04')).length;
    expect(distribution(opened.map((at) => isoOf(at)!.slice(0, 7)))).toEqual(truth['opened_per_month']);
    expect(perDay(opened, ['2016-02-29', '2016-05-31'])).toEqual(truth['opened_per_day_2016-02-29..2016-05-31']);
    expect(perDay(ended, ['2016-02-29', '2016-05-31'])).toEqual(truth['ended_per_day_2016-02-29..2016-05-31']);
    expect({ opened: inApril(opened), ended: inApril(ended) }).toEqual(truth['net_2016-04']);
  });

  it('has the resolution figures', () => {
    const resolved = since(tickets, ({ resolutions }) => resolutions[0]);
    const within = (seconds: number) => rounded(resolved.filter((time) => time <= seconds).length / tickets.length, 6);
    expect({
      has_resolved_at_over_opened: rounded(resolved.length / tickets.length, 6),
      resolved_within_24h_over_opened: within(86_400),
      resolved_within_72h_over_opened: within(259_200),
      resolved_within_30d_over_opened: within(2_592_000),
    }).toEqual(truth['resolution_rate']);
    expect(truth['resolution_time']).toMatchObject(statisticsOf(resolved));
    expect(truth['close_time']).toMatchObject(statisticsOf(since(tickets, ({ closed }) => closed)));
    for (const [name, figures] of Object.entries(truth['resolution_time_by_first_priority']!)) {
      const times = since(withPriority(priorities[name]!), ({ resolutions }) => resolutions[0]);
      expect(figures).toMatchObject(statisticsOf(times));
    }
  });

  it('has the times to the first work', () => {
    const waits = since(tickets, ({ assigned }) => assigned);
    const within = (seconds: number) => rounded(waits.filter((wait) => wait <= seconds).length / tickets.length, 6);
    expect(truth['first_work_time']).toMatchObject(statisticsOf(waits));
    expect({ '1h': within(3600), '24h': within(86_400), '48h': within(172_800) }).toEqual(
      truth['first_work_bands_over_opened'],
    );
  });

  it('has the transfers, changes of agent and reopenings', () => {
    const transfers = tickets.map(({ departments }) => Math.max(0, departments.length - 1));
    expect(truth['transfers']).toMatchObject({
      group_changes_total: sum(transfers),
      group_changes_per_ticket: rounded(sum(transfers) / tickets.length, 6),
      share_with_group_change: rounded(transfers.filter((count) => count > 0).length / tickets.length, 6),
      group_changes_distribution: distribution(transfers),
      assignee_changes_total: sum(tickets.map(({ agentChanges }) => agentChanges)),
      ping_pong_cases: tickets.filter(({ pingPong }) => pingPong > 0).length,
      ping_pong_total: sum(tickets.map(({ pingPong }) => pingPong)),
    });
    expect(truth['reopen']).toMatchObject({
      event_reopen_cases: tickets.filter(({ reopenings }) => reopenings > 0).length,
      event_reopen_total: sum(tickets.map(({ reopenings }) => reopenings)),
    });
  });

  it('has the backlog at every instant', () => {
    const backlog = Object.keys(truth['backlog_at']!).map((at) => [at, backlogAt(tickets, Date.parse(at) / 1000)]);
    expect(Object.fromEntries(backlog)).toEqual(truth['backlog_at']);
  });

  it('has the sample tickets', () => {
    for (const [key, told] of Object.entries(truth['sample_cases']!)) {
      const ticket = tickets.find((one) => one.key === key)!;
      expect(told).toMatchObject({
        opened: isoOf(ticket.opened),
        resolved: isoOf(ticket.resolutions[0] ?? null),
        closed: isoOf(ticket.closed),
        group_changes: ticket.departments.length - 1,
        ev_reopen: ticket.reopenings,
        pingpong: ticket.pingPong,
        rows: ticket.activities.length,
      });
      expect(ticket.channel).toBe(channels[(told as { channel: string }).channel]);
    }
  });
});
