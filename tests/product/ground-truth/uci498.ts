/** Every figure known of the ServiceNow log (UCI 498), asked over HTTP. */
import { bandFigures, durationFigures } from './durations.js';
import { readEveryTicket } from './every-ticket.js';
import { type Comparison, type ComparisonOptions, Figures, type Truth } from './figures.js';
import { type Askers, byLabel, type KpiAnswer, KpiClient, secondsText, type Step, withoutZeros } from './kpi-client.js';
import { lastEventAt } from './last-event.js';

/** What the mapping made of the log's words. */
const channels: Readonly<Record<string, string>> = {
  phone: 'Phone',
  email: 'Email',
  portal: 'Self service',
  ivr: 'IVR',
  'direct-opening': 'Direct opening',
};
const priorities: Readonly<Record<string, string>> = {
  urgent: '1 - Critical',
  high: '2 - High',
  normal: '3 - Moderate',
  low: '4 - Low',
};
const renamed = (values: Readonly<Record<string, unknown>>, names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [names[name] ?? name, value]));

/** @param truth ground_truth.json of the log; the askers' tenant must hold the log and nothing else. */
export async function compareUci498(
  baseUrl: string,
  askers: Askers,
  truth: Truth,
  { everyTicket = true }: ComparisonOptions = {},
): Promise<Comparison> {
  const client = new KpiClient(baseUrl, askers);
  const figures = new Figures(truth);
  for (const text of ['dataset', 'definitions', 'csv_sha256']) figures.skip(text);
  await counts(client, figures);
  await perDay(client, figures);
  await resolutions(client, figures);
  await assignments(client, figures);
  await changes(client, figures);
  await samples(client, figures);
  await rows(client, figures, everyTicket);
  explain(figures);
  return figures.result();
}

async function counts(client: KpiClient, figures: Figures): Promise<void> {
  const opened = await client.kpi('tickets-opened', { groupBy: 'channel' });
  const requesters = await client.kpi('tickets-opened', { groupBy: 'requester' });
  const priorityFirst = await client.kpi('tickets-opened', { groupBy: 'priority', priorityAt: 'opening' });
  const priorityLast = await client.kpi('tickets-opened', { groupBy: 'priority', priorityAt: 'now' });
  const activities = await client.kpi('activities', { groupBy: 'activity' });
  const agents = await client.kpi('activities', { groupBy: 'agent' });
  const departments = await client.kpi('activities', { groupBy: 'department' });
  const rate = await client.kpi('resolution-rate');
  const first = await client.rows('tickets-opened').next();
  figures.some(['counts'], {
    cases: opened.value,
    rows: activities.value,
    groups: Object.keys(byLabel(departments)).length,
    assignees: Object.keys(byLabel(agents)).length,
    callers: Object.keys(byLabel(requesters)).filter((caller) => caller.startsWith('Caller')).length,
    first_opened: secondsText(first.done ? null : first.value.at),
    last_opened: secondsText(await lastOpeningAt(client)),
    last_update: secondsText(await lastEventAt(client)),
    state_rows: byLabel(activities),
    channel_cases: renamed(byLabel(opened), channels),
    priority_first: renamed(byLabel(priorityFirst), priorities),
    priority_last: renamed(byLabel(priorityLast), priorities),
    cases_without_resolved_at: rate.denominator - rate.numerator,
  });
  const portal = opened.groups.find(({ key }) => key === 'portal');
  figures.same(['self_service_share_of_opened'], (portal?.value ?? 0) / (opened.value ?? NaN), 6);
}

async function rows(client: KpiClient, figures: Figures, everyTicket: boolean): Promise<void> {
  const names = [
    'cases_with_priority_change',
    'same_minute_consecutive_rows',
    'cases_whose_first_row_is_before_opened_at',
  ];
  if (!everyTicket) return names.forEach((name) => figures.skip('counts', name));
  const read = await readEveryTicket(client);
  const values = [read.ticketsWithPriorityChange, read.sameTime, read.ticketsWhoseFirstRowIsBeforeTheOpening];
  figures.some(['counts'], Object.fromEntries(names.map((name, i) => [name, values[i]])));
}

async function lastOpeningAt(client: KpiClient): Promise<string | null> {
  const { series } = await client.kpi('tickets-opened', { bucket: 'month' });
  const month = series.findLast(({ value }) => value !== 0);
  let last: string | null = null;
  if (month) for await (const { at } of client.rows('tickets-opened', { from: month.from, to: month.to })) last = at;
  return last;
}

/** Resolved, or closed without a resolution. */
const ended = ({ value, parts }: Pick<Step, 'value' | 'parts'>) => (value ?? 0) + (parts?.['closedUnresolved'] ?? 0);

/** By day: how often tickets ended again that had been reopened. The known figures count the first end of each. */
async function endedAgain(client: KpiClient): Promise<ReadonlyMap<string, number>> {
  const again = new Map<string, number>();
  for await (const { ticketId, value } of client.rows('reopen-rate')) {
    if (value === 0) continue;
    const { resolutions, unresolvedClosings } = await client.ticket(ticketId);
    const ends = [...resolutions.map(({ at }) => ({ at, n: 1 })), ...unresolvedClosings];
    for (const { at, n } of ends.sort((a, b) => a.at.localeCompare(b.at)).slice(1)) {
      const day = at.slice(0, 10);
      again.set(day, (again.get(day) ?? 0) + n);
    }
  }
  return again;
}

async function perDay(client: KpiClient, figures: Figures): Promise<void> {
  const months = await client.kpi('tickets-opened', { bucket: 'month' });
  const spring = { from: '2016-02-29', to: '2016-06-01', bucket: 'day' };
  const opened = await client.kpi('tickets-opened', spring);
  const resolved = await client.kpi('tickets-resolved', spring);
  const april = await client.kpi('net-flow', { from: '2016-04-01', to: '2016-05-01' });
  const quarter = await client.kpi('tickets-opened', { from: '2016-03-01', to: '2016-06-01' });
  figures.same(['opened_per_month'], withoutZeros(months.series));
  figures.same(['opened_per_day_2016-02-29..2016-05-31'], withoutZeros(opened.series));
  const again = await endedAgain(client);
  const endedFirst = (step: Step) => ended(step) - (again.get(step.label) ?? 0);
  figures.same(['ended_per_day_2016-02-29..2016-05-31'], withoutZeros(resolved.series, endedFirst));
  figures.same(['mean_opened_per_calendar_day_2016-03-01..2016-05-31'], (quarter.value ?? NaN) / 92, 6);
  figures.same(['net_2016-04'], {
    opened: april.parts['opened'],
    ended: (april.parts['resolved'] ?? NaN) + (april.parts['closedUnresolved'] ?? NaN),
  });
}

async function resolutions(client: KpiClient, figures: Figures): Promise<void> {
  const rate = async (within?: string) => (await client.kpi('resolution-rate', within ? { within } : {})).value;
  figures.same(
    ['resolution_rate'],
    {
      has_resolved_at_over_opened: await rate(),
      resolved_within_24h_over_opened: await rate('PT24H'),
      resolved_within_72h_over_opened: await rate('PT72H'),
      resolved_within_30d_over_opened: await rate('P30D'),
    },
    6,
  );
  figures.same(['resolution_time'], await durationFigures(client, 'first-resolution-time'), 3);
  figures.same(['close_time'], await durationFigures(client, 'close-time'), 3);
  const question = { exact: 'true', groupBy: 'priority', priorityAt: 'opening' };
  const { groups } = await client.kpi('first-resolution-time', question);
  for (const group of groups) {
    const priority = group.key ?? '';
    const asked = { priority, priorityAt: 'opening' };
    const found = await durationFigures(client, 'first-resolution-time', asked, group);
    figures.same(['resolution_time_by_first_priority', priorities[priority] ?? priority], found, 3);
  }
  const instants = figures.keysAt('backlog_at');
  const backlog = await Promise.all(instants.map((at) => client.kpi('backlog', { at })));
  figures.same(['backlog_at'], Object.fromEntries(instants.map((at, i) => [at, backlog[i]?.value])));
}

async function assignments(client: KpiClient, figures: Figures): Promise<void> {
  const first = await client.kpi('first-assignment-time', { exact: 'true' });
  figures.same(['first_work_time'], await durationFigures(client, 'first-assignment-time', {}, first), 3);
  figures.same(['first_work_bands_over_opened'], bandFigures(first), 6);
}

const tallyOf = ({ totalDistribution }: KpiAnswer) =>
  Object.fromEntries(totalDistribution.map(({ value, tickets }) => [String(value), tickets]));

async function changes(client: KpiClient, figures: Figures): Promise<void> {
  const transfers = await client.kpi('transfers-per-ticket', { exact: 'true' });
  const agents = await client.kpi('agent-changes-per-ticket');
  const pingPong = await client.kpi('ping-pong-rate');
  const reopened = await client.kpi('reopen-rate');
  figures.some(
    ['transfers'],
    {
      group_changes_total: transfers.total.sum,
      group_changes_per_ticket: transfers.total.mean,
      share_with_group_change: transfers.total.ticketsWithAny / transfers.of,
      group_changes_distribution: tallyOf(transfers),
      assignee_changes_total: agents.total.sum,
      ping_pong_cases: pingPong.numerator,
      ping_pong_total: pingPong.parts['returns'],
    },
    6,
  );
  figures.some(['reopen'], {
    event_reopen_cases: reopened.numerator,
    event_reopen_total: reopened.parts['reopenings'],
  });
}

const ownCounter = 'a counter of the other system, in a column of its own: the changes that can be seen are compared';

async function samples(client: KpiClient, figures: Figures): Promise<void> {
  for (const number of figures.keysAt('sample_cases')) {
    const ticket = await client.ticketByNumber(number);
    figures.some(['sample_cases', number], {
      opened: secondsText(ticket.openedAt),
      resolved: secondsText(ticket.firstResolution?.at),
      closed: secondsText(ticket.lastClosedAt),
      group_changes: ticket.transfers.length,
      ev_reopen: ticket.reopenings.length,
      pingpong: ticket.pingPongReturns,
      channel: channels[ticket.channel],
      rows: ticket.activities.reduce((sum, { n }) => sum + n, 0),
    });
    figures.explain(['sample_cases', number, 'reassign'], ownCounter);
    figures.explain(['sample_cases', number, 'reopen'], ownCounter);
    figures.explain(['sample_cases', number, 'sla'], 'a column of the other system; no event tells of targets yet');
  }
}

function explain(figures: Figures): void {
  const calendar = 'needs a business calendar';
  figures.explain(['resolution_business_time'], calendar);
  figures.explain(['business_hours_share_of_opened_Mon-Fri_09-17'], calendar);
  figures.explain(['sla_met_share'], 'a column of the other system; no event tells of targets yet');
  figures.explain(['transfers', 'reassignment_count_total'], ownCounter);
  figures.explain(['transfers', 'reassignment_count_per_ticket'], ownCounter);
  figures.explain(['reopen', 'cases_reopen_count_gt_0'], ownCounter);
  figures.explain(['reopen', 'rate_over_opened'], `its numerator is ${ownCounter}`);
  figures.explain(['reopen', 'reopen_count_total'], ownCounter);
  figures.explain(['reopen', 'cases_where_the_two_disagree_on_yes_no'], `one of the two is ${ownCounter}`);
}
