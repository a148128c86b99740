import { type PublicEvent, type RoutingEventData, contractOf } from '@guichet/contracts';
import { type RecordedEvent } from '@guichet/event-sourcing';
import { type AgentEvent } from './agent/agent.js';
import { type DepartmentEvent } from './department/department.js';
import { type DeskEvent } from './desk/desk.js';
import { type HandlingEvent } from './handling/handling.js';

type RoutingEvent = HandlingEvent | DepartmentEvent | AgentEvent | DeskEvent;

/** For each event: how the world is told, or `null` where it is not. An event without a contract can only be private. */
type Telling = {
  [E in RoutingEvent as E['type']]: E['type'] extends keyof RoutingEventData
    ? (data: E['data']) => RoutingEventData[E['type']]
    : null;
};

const asItIs = <Data>(data: Data): Data => data;

// A new event does not compile until it is decided here whether the world sees it; neither does a contract nobody keeps.
const telling = {
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
} satisfies Telling & Record<keyof RoutingEventData, unknown>;

/**
 * The public event that an event of routing is told as; undefined if it is private.
 * @throws Error for a type this version does not know: skipping it would lose it for every reader.
 */
export function toPublicEvent(event: RecordedEvent): PublicEvent | undefined {
  const { eventId, type, streamId, tenantId, version, position, occurredAt, recordedAt, metadata } = event;
  if (!isRoutingType(type)) throw new Error(`Nothing says whether ${type} is public.`);
  const tell = telling[type] as ((data: unknown) => unknown) | null;
  if (tell === null) return undefined;
  const contract = contractOf(type);
  if (contract === undefined) throw new Error(`There is no contract for ${type}.`);
  const { actor, correlationId, causationId, traceparent, imported } = metadata;
  return {
    id: eventId,
    source: 'routing',
    type,
    schemaVersion: contract.schemaVersion,
    tenantId,
    streamId,
    version,
    position,
    occurredAt,
    recordedAt,
    actor,
    correlationId,
    causationId,
    traceparent,
    imported,
    data: tell(event.data),
  };
}

const isRoutingType = (type: string): type is RoutingEvent['type'] => Object.hasOwn(telling, type);
