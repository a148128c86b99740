import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { factsOfFile } from './facts-of-file.js';
import {
  backlogAt,
  dayIn,
  distribution,
  isoOf,
  isoWeekOf,
  rounded,
  statisticsOf,
  type TicketFacts,
  type Truth,
} from './independent-fold.js';

const logs = process.env['GUICHET_REAL_LOGS'];
const folder = `${logs ?? ''}/helpdesk_italy`;
const hasLog = logs !== undefined && existsSync(`${folder}/helpdesk.csv.gz`);
if (!hasLog)
  console.warn('Set GUICHET_REAL_LOGS to the folder of the real logs to compare the whole Italian help desk log.');

const mapping = fileURLToPath(new URL('../../../mappings/helpdesk-italy.yaml', import.meta.url));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

(hasLog ? describe : describe.skip)('the Italian help desk log, as events', () => {
  let tickets: readonly TicketFacts[];
  let truth: Truth;
  let imported: Awaited<ReturnType<typeof factsOfFile>>;
  const opened = () => tickets.map((ticket) => ticket.opened);
  const since = (at: (ticket: TicketFacts) => number | null | undefined) =>
    tickets.flatMap((ticket) => {
      const then = at(ticket);
      return then === null || then === undefined ? [] : [then - ticket.opened];
    });

  beforeAll(async () => {
    truth = JSON.parse(readFileSync(`${folder}/ground_truth.json`, 'utf8')) as Truth;
    imported = await factsOfFile(`${folder}/helpdesk.csv.gz`, mapping);
    tickets = imported.tickets;
  });

  it('has the counts', () => {
    const { staged, rejections } = imported;
    const counts = truth['counts']!;
    expect({
      rejections,
      cases: tickets.length,
      rows: staged.read,
      events_after_dedup: staged.staged,
      agents: staged.columns['Resource']?.different,
      customers: staged.columns['customer']?.different,
      products: staged.columns['product']?.different,
      workgroups: staged.columns['workgroup']?.different,
      activity_events: distribution(tickets.flatMap(({ activities }) => activities)),
      final_state: distribution(tickets.map(({ intervals }) => (intervals.at(-1)![1] === null ? 'open' : 'resolved'))),
      severity_first: distribution(tickets.map(({ priorities }) => priorities[0]!)),
      cases_with_severity_change: tickets.filter(({ priorities }) => priorities.length > 1).length,
      workgroup_first: distribution(tickets.map(({ departments }) => departments[0]!)),
    }).toEqual({
      rejections: 0,
      ...Object.fromEntries(
        Object.entries(counts).filter(
          ([name]) => !['first_event', 'last_event', 'same_time_consecutive_events_after_dedup'].includes(name),
        ),
      ),
    });
  });

  it('opens tickets when they were opened', () => {
    expect(distribution(opened().map((at) => isoOf(at)!.slice(0, 7)))).toEqual(truth['opened_per_month_utc']);
    expect(distribution(opened().map(isoWeekOf))).toEqual(truth['opened_per_iso_week_utc']);
    const may = opened()
      .map((at) => dayIn(at, 'Europe/Rome'))
      .filter((day) => day.startsWith('2012-05'));
    expect(distribution(may)).toEqual(truth['opened_per_day_Europe/Rome_2012-05']);
  });

  it('resolves and reopens them when they were', () => {
    const inMonth = (month: string, times: readonly number[]) =>
      times.filter((at) => isoOf(at)!.startsWith(month)).length;
    const resolutions = tickets.flatMap((ticket) => ticket.resolutions);
    const reopened = tickets.flatMap(({ intervals }) => intervals.slice(1).map(([from]) => from));
    const net = Object.keys(truth['net_2012_by_month']!).map((month) => [
      month,
      {
        opened: inMonth(month, opened()),
        resolutions: inMonth(month, resolutions),
        reopened: inMonth(month, reopened),
      },
    ]);
    expect(Object.fromEntries(net)).toEqual(truth['net_2012_by_month']);
  });

  it('has the resolution figures', () => {
    const resolved = tickets.filter(({ resolutions }) => resolutions.length > 0);
    const final = tickets.filter(({ finalResolution }) => finalResolution !== null);
    expect({
      ever_resolved_over_opened: rounded(resolved.length / tickets.length, 6),
      resolved_at_log_end_over_opened: rounded(final.length / tickets.length, 6),
    }).toEqual(truth['resolution_rate']);
    expect(truth['first_resolution_time']).toMatchObject(statisticsOf(since(({ resolutions }) => resolutions[0])));
    expect(truth['final_resolution_time']).toMatchObject(statisticsOf(since(({ finalResolution }) => finalResolution)));
    expect(truth['close_time']).toMatchObject(statisticsOf(since(({ closed }) => closed)));
  });

  it('has the times of being taken in charge', () => {
    const waits = since(({ assigned }) => assigned);
    const within = (seconds: number) => rounded(waits.filter((wait) => wait <= seconds).length / tickets.length, 6);
    expect(truth['take_in_charge_time']).toMatchObject(statisticsOf(waits));
    expect({ '1h': within(3600), '24h': within(86_400), '48h': within(172_800) }).toEqual(
      truth['take_in_charge_bands_over_opened'],
    );
    expect(tickets.length - waits.length).toBe(truth['never_taken_in_charge']);
  });

  it('has the transfers, changes of agent and reopenings', () => {
    const changes = sum(tickets.map(({ agentChanges }) => agentChanges));
    const before = sum(tickets.map(({ agentChangesToResolution }) => agentChangesToResolution));
    const transfers = tickets.map(({ departments }) => departments.length - 1);
    expect(truth['transfers']).toMatchObject({
      agent_changes_total: changes,
      agent_changes_per_ticket: rounded(changes / tickets.length, 6),
      agent_changes_before_first_resolution_total: before,
      agent_changes_before_first_resolution_per_ticket: rounded(before / tickets.length, 6),
      workgroup_changes_total: sum(transfers),
      cases_with_workgroup_change: transfers.filter((count) => count > 0).length,
    });
    const reopened = tickets.filter(({ reopenings }) => reopenings > 0);
    const resolved = tickets.filter(({ resolutions }) => resolutions.length > 0);
    expect(truth['reopen']).toEqual({
      cases: reopened.length,
      total: sum(tickets.map(({ reopenings }) => reopenings)),
      rate_over_ever_resolved: rounded(reopened.length / resolved.length, 6),
    });
  });

  it('has the backlog at every instant', () => {
    const backlog = Object.keys(truth['backlog_at']!).map((at) => [at, backlogAt(tickets, Date.parse(at) / 1000)]);
    expect(Object.fromEntries(backlog)).toEqual(truth['backlog_at']);
  });

  it('has the sample tickets', () => {
    const samples = tickets.filter(({ key }) => key in truth['sample_cases']!);
    const told = samples.map((ticket) => [
      ticket.key,
      {
        opened: isoOf(ticket.opened),
        first_res: isoOf(ticket.resolutions[0] ?? null),
        final_res: isoOf(ticket.finalResolution),
        closed: isoOf(ticket.closed),
        open_intervals: ticket.intervals.map(([from, to]) => [isoOf(from), isoOf(to)]),
        reopens: ticket.reopenings,
        agent_changes: ticket.agentChanges,
        events: ticket.activities.length,
      },
    ]);
    expect(Object.fromEntries(told)).toEqual(truth['sample_cases']);
  });
});
