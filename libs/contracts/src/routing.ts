/**
 * Public events of routing: the work on a ticket. Stream and Kafka key: `handling-<ticketId>`, `department-<id>`,
 * `agent-<id>`.
 */
import { type Static, Type } from 'typebox';
import {
  Data,
  DepartmentKey,
  Instant,
  Key,
  notPersonal,
  PersonalKey,
  PersonalLongText,
  PersonalShortText,
  ShortText,
  Tags,
  Uuid,
} from './schema.js';

export const priorities = ['low', 'normal', 'high', 'urgent'] as const;

const Attribution = { ticketId: Uuid(), at: Instant({ description: 'When it happened.' }) };
const AgentId = () => Key({ description: 'The agent, by the id routing knows them by.', 'x-personal-data': true });
const Priority = () =>
  Key({
    ...notPersonal('A degree of urgency.'),
    description: `One of ${priorities.join(', ')}, or a priority an import brought along.`,
  });

/** Two services tell of one ticket: this says how much of intake's side a state of the work takes into account. */
const Heard = {
  ticketVersion: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'Version of the stream `ticket-<ticketId>` that the work had followed by then; what intake tells beyond it is newer. Not given for imported tickets.',
    }),
  ),
};

export const TicketQueued = Data('The ticket waits in a department.', {
  ...Attribution,
  ...Heard,
  departmentId: Type.Union([DepartmentKey(), Type.Null()], { description: 'null: not yet known which department.' }),
  unknownDepartmentId: Type.Optional(
    DepartmentKey({ description: 'What the requester asked for, where there is no such department.' }),
  ),
  priority: Priority(),
});
export const TicketAssigned = Data('An agent has the ticket.', {
  ...Attribution,
  agentId: AgentId(),
  departmentId: Type.Union([DepartmentKey(), Type.Null()]),
});
export const AssignmentReleased = Data('The ticket went back to its queue.', {
  ...Attribution,
  agentId: AgentId(),
  reason: Type.Optional(PersonalLongText()),
});
export const TicketTransferred = Data('Another department has the ticket.', {
  ...Attribution,
  fromDepartmentId: Type.Union([DepartmentKey(), Type.Null()], {
    description: 'null: the first department to be known; not a transfer in the figures.',
  }),
  toDepartmentId: DepartmentKey(),
  level: Type.Optional(Type.Integer({ minimum: 1, maximum: 9, description: 'Support level it goes to.' })),
  reason: PersonalShortText(),
  note: Type.Optional(PersonalLongText()),
});
export const AgentReplied = Data('An agent answered the requester in public.', {
  ...Attribution,
  replyId: Uuid(),
  agentId: AgentId(),
  body: PersonalLongText(),
  automatic: Type.Boolean({ description: 'true: sent by a rule or bot; never a first response.' }),
});
export const PriorityChanged = Data('The ticket became more or less urgent.', {
  ...Attribution,
  from: Priority(),
  to: Priority(),
});
export const TicketTagged = Data('The tags are now these.', {
  ...Attribution,
  tags: Tags(),
});
export const TicketPaused = Data('We wait for somebody else.', {
  ...Attribution,
  ...Heard,
  reason: PersonalKey({
    description: 'Whom we wait for: `requester`, `third-party`, `internal`, or a reason an import brought along.',
  }),
});
export const TicketResumed = Data('The wait is over.', { ...Attribution, ...Heard });
export const TicketResolved = Data('We consider the request fulfilled.', {
  ...Attribution,
  ...Heard,
  agentId: Type.Optional(AgentId()),
  departmentId: Type.Union([DepartmentKey(), Type.Null()]),
});
export const TicketReopened = Data('It was not fulfilled after all.', {
  ...Attribution,
  ...Heard,
  mergedTicketId: Type.Optional(Uuid({ description: 'The unfinished ticket that was merged into this one.' })),
  reason: Type.Optional(PersonalLongText()),
});
export const WrapUpStarted = Data('The agent writes up what was done.', { ...Attribution, agentId: AgentId() });
export const WrapUpCompleted = Data('The writing up is done.', { ...Attribution, agentId: AgentId() });
export const TicketClosed = Data('Nothing more will happen on the ticket.', {
  ...Attribution,
  ...Heard,
  automatic: Type.Boolean(),
});
export const ActivityLogged = Data('An agent did something on the ticket that changes no state.', {
  ...Attribution,
  activity: PersonalShortText(),
  seconds: Type.Optional(Type.Integer({ minimum: 0, description: 'Time spent, in seconds.' })),
});
export const DepartmentCreated = Data('A department that can own tickets.', {
  departmentId: DepartmentKey(),
  name: ShortText(notPersonal('What a department is called.')),
  at: Instant(),
});
export const DepartmentRenamed = Data('The department has another name.', {
  departmentId: DepartmentKey(),
  name: ShortText(notPersonal('What a department is called.')),
  at: Instant(),
});
export const AgentRegistered = Data('A person who can be assigned tickets.', {
  agentId: AgentId(),
  name: PersonalShortText(),
  departmentIds: Type.Array(DepartmentKey(), { maxItems: 200 }),
  at: Instant(),
});
export const AgentDepartmentsChanged = Data('The agent works for these departments.', {
  agentId: AgentId(),
  departmentIds: Type.Array(DepartmentKey(), { maxItems: 200 }),
  at: Instant(),
});

export const DepartmentRetired = Data('The department is out of service; another one stands in for it.', {
  departmentId: DepartmentKey(),
  successorId: DepartmentKey({
    description: 'The department that gets its open tickets, and those that ask for it later.',
  }),
  at: Instant(),
});
export const DepartmentRestored = Data('A retired department is in service again.', {
  departmentId: DepartmentKey(),
  at: Instant(),
});
export const AgentDeactivated = Data('The agent gets no more tickets.', {
  agentId: AgentId(),
  handOverTo: Type.Optional(AgentId()),
  at: Instant(),
});
export const AgentReactivated = Data('A deactivated agent gets tickets again.', { agentId: AgentId(), at: Instant() });

export const DepartmentScopeChanged = Data('Agents see other tickets of the tenant than before.', {
  scope: Type.Union([Type.Literal('open'), Type.Literal('members')], {
    description: '`open`: of every department. `members`: of the departments they work for, and those they hold.',
  }),
  at: Instant(),
});

export const routingEvents = {
  TicketQueued,
  TicketAssigned,
  AssignmentReleased,
  TicketTransferred,
  AgentReplied,
  PriorityChanged,
  TicketTagged,
  TicketPaused,
  TicketResumed,
  TicketResolved,
  TicketReopened,
  WrapUpStarted,
  WrapUpCompleted,
  TicketClosed,
  ActivityLogged,
  DepartmentCreated,
  DepartmentRenamed,
  AgentRegistered,
  AgentDepartmentsChanged,
  DepartmentRetired,
  DepartmentRestored,
  AgentDeactivated,
  AgentReactivated,
  DepartmentScopeChanged,
} as const;

export type RoutingEventData = { [T in keyof typeof routingEvents]: Static<(typeof routingEvents)[T]> };
