/** The public events that tell a ticket's story, as they stand in the received log (upcast to their newest version). */
import type { IntakeEventData, RoutingEventData } from '@guichet/contracts';
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
