/** How much there is: counts of tickets and events, and the backlog. */
import type { TicketKpi } from './kpi-definition.js';

export const volume = [
  {
    id: 'tickets-opened',
    version: 1,
    title: 'Tickets opened',
    text: 'How many tickets were opened. The gross count: nothing is left out.',
    population: 'Every ticket opened in the period, spam, merged and bot-made ones too.',
    unit: 'tickets',
    statistic: 'count',
    form: {
      kind: 'count',
      cohort: {
        value: ['opened'],
        parts: { net: ['net'], spamOrMerged: ['opened', '-tickets'], openedByBots: ['tickets', '-net'] },
      },
      flow: {
        value: ['opened'],
        parts: { net: ['net'], spamOrMerged: ['opened', '-tickets'], openedByBots: ['tickets', '-net'] },
      },
    },
  },
  {
    id: 'net-tickets',
    version: 1,
    title: 'Net tickets',
    text: 'Opened tickets, less those marked as spam, merged into another one, or opened by a bot.',
    population: 'Tickets opened in the period.',
    unit: 'tickets',
    statistic: 'count',
    form: {
      kind: 'count',
      cohort: {
        value: ['net'],
        parts: { gross: ['opened'], spamOrMerged: ['opened', '-tickets'], openedByBots: ['tickets', '-net'] },
      },
      flow: {
        value: ['net'],
        parts: { gross: ['opened'], spamOrMerged: ['opened', '-tickets'], openedByBots: ['tickets', '-net'] },
      },
    },
  },
  {
    id: 'net-flow',
    version: 2,
    title: 'Net flow',
    text: 'Tickets opened less resolutions, both in the period. `reopened` counts reopenings of tickets that were resolved or closed. `closedUnresolved` counts closings of open tickets; a resolution after such a closing takes one off in its own period. So opened + reopened - resolved - closedUnresolved is the change of the backlog from the last millisecond before the period to its last one, for any period and any bucket. What a log tells out of order counts at the last opening or end before it.',
    population: 'Tickets opened and resolutions made in the period, spam and merged tickets left out.',
    unit: 'tickets',
    statistic: 'count',
    form: {
      kind: 'count',
      flow: {
        value: ['tickets', '-resolutions'],
        parts: {
          opened: ['tickets'],
          resolved: ['resolutions'],
          reopened: ['reopeningsOfEnded'],
          closedUnresolved: ['unresolvedClosings'],
        },
      },
    },
  },
  {
    id: 'tickets-resolved',
    version: 2,
    title: 'Tickets resolved',
    text: 'As flow (the default): resolutions made in the period; a ticket reopened and resolved again counts each time. As cohort: tickets opened in the period that were ever resolved. A closing is no resolution; as flow `reopened` and `closedUnresolved` are those of net flow, as cohort `closedUnresolved` counts tickets that ended without any resolution.',
    population: 'Spam and merged tickets left out.',
    unit: 'resolutions',
    statistic: 'count',
    form: {
      kind: 'count',
      flow: {
        value: ['resolutions'],
        parts: {
          firstResolutions: ['firstResolution'],
          reopened: ['reopeningsOfEnded'],
          closedUnresolved: ['unresolvedClosings'],
        },
      },
      cohort: {
        value: ['firstResolution'],
        parts: {
          resolutions: ['resolutions'],
          resolvedNow: ['fullResolution'],
          reopenings: ['reopenings'],
          closedUnresolved: ['closedUnresolved'],
        },
      },
    },
  },
  {
    id: 'activities',
    version: 1,
    title: 'Activities',
    text: 'Things agents did on tickets that changed no state, as they were logged; `groupBy=activity` tells them apart. As flow (the default) by their own time, as cohort by the opening of their ticket.',
    population: 'Spam and merged tickets left out.',
    unit: 'activities',
    statistic: 'count',
    form: {
      kind: 'count',
      flow: { value: ['activities'], parts: { seconds: ['activitySeconds'] } },
      cohort: { value: ['activities'], parts: { seconds: ['activitySeconds'] } },
    },
  },
  {
    id: 'backlog',
    version: 3,
    title: 'Backlog',
    text: 'Tickets inside an open interval at the instant `at`: from the opening or a reopening up to, and not including, the resolution or closing. Department, priority, agent and tags are those of that instant. With `bucket`: at the last millisecond of each bucket, or now where that is earlier.',
    population: 'Spam and merged tickets left out.',
    unit: 'tickets',
    statistic: 'count',
    form: { kind: 'backlog' },
  },
  {
    id: 'backlog-age',
    version: 2,
    title: 'Backlog age',
    text: 'Whole seconds from the opening to the instant `at`, of the tickets in the backlog then. Bands count tickets that are at most so old.',
    population: 'The backlog at the instant.',
    unit: 'seconds',
    statistic: 'median',
    form: { kind: 'backlog-age' },
  },
] as const satisfies readonly TicketKpi[];
