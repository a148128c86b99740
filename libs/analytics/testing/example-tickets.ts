/** Test support: four tickets whose figures can be worked out in the head. */
import { start, ticketIdOf, TicketStory } from './ticket-story.js';

/** The instant of a minute of the stories. */
export const at = (minute: number): string => new Date(start + minute * 60_000).toISOString();

const onAPhone: object = { device: 'mobile' };
/** Answered by billing after 30 minutes, transferred, resolved by technical after two hours, reopened, resolved. */
const first = new TicketStory(ticketIdOf(1))
  .told('TicketOpened', 0, { number: 'GU-1', channel: 'email', ...onAPhone, locale: 'pl', tags: ['vip', 'refund'] })
  .did('TicketQueued', 0)
  .did('TicketAssigned', 10, { agentId: 'ada' }, 'ada')
  .did('AgentReplied', 30, { agentId: 'ada' }, 'ada')
  .did('TicketTransferred', 60)
  .did('TicketAssigned', 70, { agentId: 'bob' }, 'bob')
  .did('TicketResolved', 120, { departmentId: 'technical', agentId: 'bob' }, 'bob')
  .did('WrapUpStarted', 120, { agentId: 'bob' }, 'bob')
  .did('WrapUpCompleted', 130, { agentId: 'bob' }, 'bob')
  .did('TicketReopened', 1500)
  .did('TicketResolved', 1560, { departmentId: 'technical', agentId: 'bob' }, 'bob')
  .did('TicketClosed', 3000);
/** Never answered, still open in technical. */
const second = new TicketStory(ticketIdOf(2))
  .told('TicketOpened', 60, { number: 'GU-2', tags: ['vip'] })
  .did('TicketQueued', 60)
  .did('TicketTransferred', 90)
  .did('ActivityLogged', 95, { activity: 'call', seconds: 300 }, 'ada');
const spam = new TicketStory(ticketIdOf(3)).told('TicketOpened', 61).told('TicketMarkedSpam', 62);
const bot = new TicketStory(ticketIdOf(4))
  .told('TicketOpened', 1440, { number: 'GU-4' }, { kind: 'bot' })
  .did('TicketQueued', 1440)
  .did('TicketClosed', 1500);

export const exampleTickets: readonly TicketStory[] = [first, second, spam, bot];
/** Holds all of them. */
export const examplePeriod = 'from=2026-03-02&to=2026-03-04';
