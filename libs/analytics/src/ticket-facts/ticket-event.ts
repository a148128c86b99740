/** The public events that tell a ticket's story, as they stand in the received log (upcast to their newest version). */
import { contractOf, type IntakeEventData, type PublicEvent, type RoutingEventData, upcast } from '@guichet/contracts';
import type { Actor, RecordedEvent } from '@guichet/event-sourcing';

type HandlingEventData = {
  [
    Type in keyof RoutingEventData as RoutingEventData[Type] extends { ticketId: string } ? Type : never
  ]: RoutingEventData[Type];
};
type DirectoryEventData = Omit<RoutingEventData, keyof HandlingEventData>;

type Told<Catalogue> = {
  [Type in keyof Catalogue]: {
    readonly type: Type;
    readonly data: Catalogue[Type];
    readonly tenantId: string;
    readonly version: number;
    readonly occurredAt: string;
    readonly metadata: { readonly actor: Actor };
  };
}[keyof Catalogue];

/** Of a stream `ticket-<ticketId>`. */
export type IntakeEvent = Told<IntakeEventData>;
/** Of a stream `handling-<ticketId>`. */
export type HandlingEvent = Told<HandlingEventData>;
/** Of the streams `department-<id>` and `agent-<id>`. */
export type DirectoryEvent = Told<DirectoryEventData>;

const namesOf = <Catalogue>(names: Record<keyof Catalogue, true>): ReadonlySet<string> => new Set(Object.keys(names));

const intakeTypes = namesOf<IntakeEventData>({
  TicketOpened: true,
  RequesterReplied: true,
  TicketReopenedByRequester: true,
  TicketClosedByRequester: true,
  TicketMarkedSpam: true,
  TicketUnmarkedSpam: true,
  TicketMerged: true,
  TicketUnmerged: true,
  TicketSplit: true,
});
const handlingTypes = namesOf<HandlingEventData>({
  TicketQueued: true,
  TicketAssigned: true,
  AssignmentReleased: true,
  TicketTransferred: true,
  AgentReplied: true,
  PriorityChanged: true,
  TicketTagged: true,
  TicketPaused: true,
  TicketResumed: true,
  TicketResolved: true,
  TicketReopened: true,
  WrapUpStarted: true,
  WrapUpCompleted: true,
  TicketClosed: true,
  ActivityLogged: true,
});
const directoryTypes = namesOf<DirectoryEventData>({
  DepartmentCreated: true,
  DepartmentRenamed: true,
  AgentRegistered: true,
  AgentDepartmentsChanged: true,
  DepartmentRetired: true,
  DepartmentRestored: true,
  AgentDeactivated: true,
  AgentReactivated: true,
  DepartmentScopeChanged: true,
});

/**
 * The contracts have checked the data of these types when the event was received; other types are of no concern here.
 */
export const isIntakeEvent = (event: RecordedEvent): event is RecordedEvent & IntakeEvent =>
  intakeTypes.has(event.type);
export const isHandlingEvent = (event: RecordedEvent): event is RecordedEvent & HandlingEvent =>
  handlingTypes.has(event.type);
export const isDirectoryEvent = (event: RecordedEvent): event is RecordedEvent & DirectoryEvent =>
  directoryTypes.has(event.type);

/**
 * The event as it would be written today; the log keeps it as it came. Throws for a record that nobody could read and
 * for a version from the future: the projection parks their stream until an operator or a newer version deals with it.
 */
export function asWrittenToday(event: RecordedEvent): RecordedEvent {
  if (event.type === 'Unreadable') throw new Error(`The record of ${event.streamId} could not be read.`);
  const contract = contractOf(event.type);
  if (!contract || contract.schemaVersion === event.schemaVersion) return event;
  const { eventId, metadata, ...same } = event;
  const asPublished: PublicEvent = { ...same, ...metadata, id: eventId, source: contract.source };
  const { schemaVersion, data } = upcast(asPublished);
  return { ...event, schemaVersion, data };
}
