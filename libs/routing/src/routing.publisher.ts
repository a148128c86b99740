import { type RoutingEventData } from '@guichet/contracts';
import { asItIs, publisherOf } from '@guichet/messaging';
import { type AgentEvent } from './agent/agent.js';
import { type DepartmentEvent } from './department/department.js';
import { type DeskEvent } from './desk/desk.js';
import { type HandlingEvent } from './handling/handling.js';

type RoutingEvent = HandlingEvent | DepartmentEvent | AgentEvent | DeskEvent;

/** What routing tells of its events. */
export const toPublicEvent = publisherOf<RoutingEvent, RoutingEventData>('routing', {
  TicketQueued: asItIs,
  TicketAssigned: asItIs,
  AssignmentReleased: asItIs,
  TicketTransferred: asItIs,
  AgentReplied: asItIs,
  PriorityChanged: asItIs,
  TicketTagged: asItIs,
  TicketPaused: asItIs,
  TicketResumed: asItIs,
  TicketResolved: asItIs,
  TicketReopened: asItIs,
  WrapUpStarted: asItIs,
  WrapUpCompleted: asItIs,
  TicketClosed: asItIs,
  ActivityLogged: asItIs,
  DepartmentCreated: asItIs,
  DepartmentRenamed: asItIs,
  DepartmentRetired: asItIs,
  DepartmentRestored: asItIs,
  AgentRegistered: asItIs,
  AgentDepartmentsChanged: asItIs,
  AgentDeactivated: asItIs,
  AgentReactivated: asItIs,
  DepartmentScopeChanged: asItIs,
  InternalNoteAdded: null, // stays in the house
  HandlingWithdrawn: null, // of spam and merges intake tells the world itself
  HandlingReturned: null,
  RequesterHeard: null,
  TicketTakenOver: null,
});
