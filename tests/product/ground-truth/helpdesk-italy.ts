/** Every figure known of the Italian help desk log, asked over HTTP. */
import { bandFigures, durationFigures } from './durations.js';
import { readEveryTicket } from './every-ticket.js';
import { type Comparison, type ComparisonOptions, Figures, type Truth } from './figures.js';
import { type Askers, byLabel, KpiClient, secondsText, withoutZeros } from './kpi-client.js';
import { lastEventAt } from './last-event.js';

/** @param truth ground_truth.json of the log; the askers' tenant must hold the log and nothing else. */
export async function compareHelpdeskItaly(
  baseUrl: string,
  askers: Askers,
  truth: Truth,
  { everyTicket = true }: ComparisonOptions = {},
): Promise<Comparison> {
  const client = new KpiClient(baseUrl, askers);
  const figures = new Figures(truth);
  for (const text of ['dataset', 'definitions']) figures.skip(text);
  await counts(client, figures);
  await openings(client, figures);
  await resolutions(client, figures);
  await assignments(client, figures);
  await changes(client, figures);
  await samples(client, figures);
  await rows(client, figures, everyTicket);
  explain(figures);
  return figures.result();
}

async function counts(client: KpiClient, figures: Figures): Promise<void> {
  const opened = await client.kpi('tickets-opened', { groupBy: 'priority' });
  const byDepartment = await client.kpi('tickets-opened', { groupBy: 'department' });
  const tags = await client.kpi('tickets-opened', { groupBy: 'tag' });
  const activities = await client.kpi('activities', { groupBy: 'activity' });
  const agents = await client.kpi('activities', { groupBy: 'agent' });
  const departments = await client.kpi('activities', { groupBy: 'department' });
  const resolved = await client.kpi('resolution-rate');
  const backlog = await client.kpi('backlog');
  const first = await client.rows('tickets-opened').next();
  figures.some(['counts'], {
    cases: opened.value,
    events_after_dedup: activities.value,
    agents: Object.keys(byLabel(agents)).length,
    products: Object.keys(byLabel(tags)).filter((tag) => tag.startsWith('product:')).length,
    workgroups: Object.keys(byLabel(departments)).length,
    first_event: secondsText(first.done ? null : first.value.at),
    last_event: secondsText(await lastEventAt(client)),
    activity_events: byLabel(activities),
    final_state: { open: backlog.value, resolved: resolved.parts['resolvedNow'] },
    severity_first: byLabel(opened),
    workgroup_first: byLabel(byDepartment),
  });
}

async function rows(client: KpiClient, figures: Figures, everyTicket: boolean): Promise<void> {
  const [sameTime, severity] = ['same_time_consecutive_events_after_dedup', 'cases_with_severity_change'] as const;
  const takenAgain = ['transfers', 'cases_taken_in_charge_more_than_once'] as const;
  if (!everyTicket)
    return [['counts', sameTime], ['counts', severity], takenAgain].forEach((path) => figures.skip(...path));
  const read = await readEveryTicket(client);
  figures.some(['counts'], { [sameTime]: read.sameTime, [severity]: read.ticketsWithPriorityChange });
  figures.same(takenAgain, read.ticketsWithRepeated('Take in charge ticket'));
}

async function openings(client: KpiClient, figures: Figures): Promise<void> {
  const months = await client.kpi('tickets-opened', { bucket: 'month' });
  const weeks = await client.kpi('tickets-opened', { bucket: 'week' });
  const may = { from: '2012-05-01', to: '2012-06-01', timeZone: 'Europe/Rome', bucket: 'day' };
  const flow = await client.kpi('net-flow', { from: '2012-01-01', to: '2013-01-01', bucket: 'month' });
  figures.same(['opened_per_month_utc'], withoutZeros(months.series));
  figures.same(['opened_per_iso_week_utc'], withoutZeros(weeks.series));
  figures.same(['opened_per_day_Europe/Rome_2012-05'], withoutZeros((await client.kpi('tickets-opened', may)).series));
  const net = flow.series.map(({ label, parts }) => [
    label,
    { opened: parts?.['opened'], resolutions: parts?.['resolved'], reopened: parts?.['reopened'] },
  ]);
  figures.same(['net_2012_by_month'], Object.fromEntries(net));
}

async function resolutions(client: KpiClient, figures: Figures): Promise<void> {
  const rate = await client.kpi('resolution-rate');
  figures.same(
    ['resolution_rate'],
    {
      ever_resolved_over_opened: rate.value,
      resolved_at_log_end_over_opened: (rate.parts['resolvedNow'] ?? NaN) / rate.denominator,
    },
    6,
  );
  figures.same(['first_resolution_time'], await durationFigures(client, 'first-resolution-time'), 3);
  figures.same(['final_resolution_time'], await durationFigures(client, 'full-resolution-time'), 3);
  figures.same(['close_time'], await durationFigures(client, 'close-time'), 3);
  const instants = figures.keysAt('backlog_at');
  const backlog = await Promise.all(instants.map((at) => client.kpi('backlog', { at })));
  figures.same(['backlog_at'], Object.fromEntries(instants.map((at, i) => [at, backlog[i]?.value])));
}

async function assignments(client: KpiClient, figures: Figures): Promise<void> {
  const taken = await client.kpi('first-assignment-time', { exact: 'true' });
  figures.same(['take_in_charge_time'], await durationFigures(client, 'first-assignment-time', {}, taken), 3);
  figures.same(['take_in_charge_bands_over_opened'], bandFigures(taken), 6);
  figures.same(['never_taken_in_charge'], taken.of - taken.n);
}

async function changes(client: KpiClient, figures: Figures): Promise<void> {
  const agents = await client.kpi('agent-changes-per-ticket');
  const transfers = await client.kpi('transfers-per-ticket');
  const reopened = await client.kpi('reopen-rate');
  figures.some(
    ['transfers'],
    {
      agent_changes_per_ticket: agents.total.mean,
      agent_changes_total: agents.total.sum,
      agent_changes_before_first_resolution_total: agents.sum,
      agent_changes_before_first_resolution_per_ticket: agents.value,
      workgroup_changes_total: transfers.total.sum,
      cases_with_workgroup_change: transfers.total.ticketsWithAny,
    },
    6,
  );
  figures.same(
    ['reopen'],
    { cases: reopened.numerator, total: reopened.parts['reopenings'], rate_over_ever_resolved: reopened.value },
    6,
  );
}

async function samples(client: KpiClient, figures: Figures): Promise<void> {
  for (const number of figures.keysAt('sample_cases')) {
    const ticket = await client.ticketByNumber(number);
    figures.same(['sample_cases', number], {
      opened: secondsText(ticket.openedAt),
      first_res: secondsText(ticket.firstResolution?.at),
      final_res: secondsText(ticket.lastResolution?.at),
      closed: secondsText(ticket.lastClosedAt),
      open_intervals: ticket.openIntervals.map(({ from, to }) => [secondsText(from), secondsText(to)]),
      reopens: ticket.reopenings.length,
      agent_changes: ticket.agentChangeCount,
      events: ticket.activities.reduce((sum, { n }) => sum + n, 0),
    });
  }
}

function explain(figures: Figures): void {
  figures.explain(
    ['counts', 'rows'],
    'rows of the file, 127 of which repeat another one in every column: an event happens once',
  );
  figures.explain(
    ['counts', 'customers'],
    'counted over all rows; a ticket has one requester, that of its opening: three customers stand on later rows only',
  );
  const calendar = 'needs a business calendar';
  figures.explain(['first_resolution_business_time_A'], calendar);
  figures.explain(['first_resolution_business_time_B'], calendar);
  figures.explain(['business_hours_share_of_opened'], calendar);
}
