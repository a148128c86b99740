/** What the knowledge base follows of what intake and routing tell. Pure. */
import type { IntakeEventData, RoutingEventData } from '@guichet/contracts';
import type { SightEvent } from '@guichet/service';

const kept = 'kept';
/** Nothing here reads it, and most of it is what people wrote: it is not kept a third time. */
const leftOut = 'left out';

type Told = keyof IntakeEventData | keyof RoutingEventData;

/** A new event does not compile until it is decided here. What staff may see is told by others, which are kept. */
const followed: Readonly<Record<Exclude<Told, SightEvent>, typeof kept | typeof leftOut>> = {
  // Who asked, in which language; whether an article answers the subject.
  TicketOpened: kept,
  RequesterReplied: leftOut,
  TicketReopenedByRequester: leftOut,
  TicketClosedByRequester: leftOut,
  TicketMarkedSpam: leftOut,
  TicketUnmarkedSpam: leftOut,
  TicketMerged: leftOut,
  TicketUnmerged: leftOut,
  TicketSplit: leftOut,
  AgentReplied: leftOut,
  PriorityChanged: leftOut,
  TicketTagged: leftOut,
  TicketPaused: leftOut,
  TicketResumed: leftOut,
  TicketResolved: leftOut,
  TicketReopened: leftOut,
  WrapUpStarted: leftOut,
  WrapUpCompleted: leftOut,
  TicketClosed: leftOut,
  ActivityLogged: leftOut,
  DepartmentCreated: leftOut,
  DepartmentRenamed: leftOut,
  DepartmentRetired: leftOut,
  DepartmentRestored: leftOut,
  AgentDeactivated: leftOut,
  AgentReactivated: leftOut,
};

/** The types of events that knowledge never keeps. */
export const neverRead: readonly string[] = Object.entries(followed).flatMap(([type, decided]) =>
  decided === leftOut ? [type] : [],
);
