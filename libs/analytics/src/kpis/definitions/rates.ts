/** Shares of tickets, and how often things happen to a ticket. */
import type { TicketKpi } from './kpi-definition.js';

const counted = 'Tickets opened in the period, spam and merged tickets left out.';

export const rates = [
  {
    id: 'response-rate',
    version: 2,
    title: 'Response rate',
    text: 'Tickets with a public reply of a person ÷ tickets opened. `within` asks for a reply within so long after the opening. As flow: first responses made ÷ tickets opened in the period.',
    population: counted,
    unit: 'share',
    statistic: 'rate',
    form: {
      kind: 'rate',
      within: 'firstResponse',
      cohort: { numerator: ['firstResponse'], denominator: ['tickets'], parts: { openUnanswered: ['openUnanswered'] } },
      flow: { numerator: ['firstResponse'], denominator: ['tickets'] },
    },
  },
  {
    id: 'resolution-rate',
    version: 1,
    title: 'Resolution rate',
    text: 'Tickets resolved at least once ÷ tickets opened; `resolvedNow` leaves out those reopened since. `within` asks for the first resolution within so long after the opening. As flow: resolutions made ÷ tickets opened in the period, which may exceed 1.',
    population: counted,
    unit: 'share',
    statistic: 'rate',
    form: {
      kind: 'rate',
      within: 'firstResolution',
      cohort: {
        numerator: ['firstResolution'],
        denominator: ['tickets'],
        parts: {
          resolvedNow: ['fullResolution'],
          openUnresolved: ['openUnresolved'],
          closedUnresolved: ['closedUnresolved'],
        },
      },
      flow: { numerator: ['resolutions'], denominator: ['tickets'] },
    },
  },
  {
    id: 'transfers-per-ticket',
    version: 2,
    title: 'Transfers per ticket',
    text: 'Changes of department up to the first resolution ÷ tickets opened; `total` counts the later ones too. The first department to be known is no transfer, nor is one to the department the ticket comes from. As flow: transfers made ÷ tickets opened in the period.',
    population: counted,
    unit: 'per ticket',
    statistic: 'mean',
    form: {
      kind: 'per-ticket',
      metric: 'transfersToFirstResolutionPerTicket',
      total: 'transfersPerTicket',
      flow: {
        numerator: ['transfersToFirstResolution'],
        denominator: ['tickets'],
        parts: { total: ['transfers'] },
      },
    },
  },
  {
    id: 'agent-changes-per-ticket',
    version: 1,
    title: 'Agent changes per ticket',
    text: 'Consecutive events of a ticket by different agents, up to the first resolution ÷ tickets opened; `total` counts the later ones too.',
    population: counted,
    unit: 'per ticket',
    statistic: 'mean',
    form: {
      kind: 'per-ticket',
      metric: 'agentChangesToFirstResolutionPerTicket',
      total: 'agentChangesPerTicket',
    },
  },
  {
    id: 'ping-pong-rate',
    version: 2,
    title: 'Ping-pong rate',
    text: 'Tickets with a transfer A→B followed at once by B→A ÷ tickets opened; `returns` counts every such return.',
    population: counted,
    unit: 'share',
    statistic: 'rate',
    form: {
      kind: 'rate',
      cohort: {
        numerator: ['pingPongTickets'],
        denominator: ['tickets'],
        parts: { returns: ['pingPongReturns'], ticketsTransferred: ['transferredTickets'] },
      },
    },
  },
  {
    id: 'reopen-rate',
    version: 1,
    title: 'Reopen rate',
    text: 'Tickets reopened at least once ÷ tickets ever resolved; `reopenings` counts every reopening, also one that found its ticket open. As flow: reopenings ÷ resolutions made in the period.',
    population: counted,
    unit: 'share',
    statistic: 'rate',
    form: {
      kind: 'rate',
      cohort: {
        numerator: ['reopenedTickets'],
        denominator: ['firstResolution'],
        parts: { reopenings: ['reopenings'], opened: ['tickets'] },
      },
      flow: { numerator: ['reopenings'], denominator: ['resolutions'] },
    },
  },
  {
    id: 'one-touch-rate',
    version: 2,
    title: 'One-touch rate',
    text: 'Tickets resolved now with exactly one public reply of a person and never reopened ÷ tickets ever resolved.',
    population: counted,
    unit: 'share',
    statistic: 'rate',
    form: {
      kind: 'rate',
      cohort: { numerator: ['oneTouchTickets'], denominator: ['firstResolution'], parts: { opened: ['tickets'] } },
    },
  },
  {
    id: 'messages-per-ticket',
    version: 2,
    title: 'Messages per ticket',
    text: 'Messages of requesters (the opening is one) and public replies of agents ÷ tickets opened; automatic replies, those of bots and internal notes are left out. As flow: messages written ÷ tickets opened in the period.',
    population: counted,
    unit: 'per ticket',
    statistic: 'mean',
    form: {
      kind: 'per-ticket',
      metric: 'messagesPerTicket',
      parts: { requesterMessages: ['requesterMessages'], agentMessages: ['agentMessages'] },
      flow: {
        numerator: ['requesterMessages', 'agentMessages'],
        denominator: ['tickets'],
        parts: { requesterMessages: ['requesterMessages'], agentMessages: ['agentMessages'] },
      },
    },
  },
] as const satisfies readonly TicketKpi[];
