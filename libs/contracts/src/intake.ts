/** Public events of intake: the ticket as its requester sees it. Stream and Kafka key: `ticket-<ticketId>`. */
import { type Static, Type } from 'typebox';
import {
  Data,
  Instant,
  Key,
  DepartmentKey,
  notPersonal,
  PersonalKey,
  PersonalLongText,
  PersonalShortText,
  ShortText,
  Tags,
  Uuid,
} from './schema.js';

export const channels = ['portal', 'email', 'phone', 'chat', 'api', 'walk-in', 'social', 'other'] as const;
export const deviceClasses = ['desktop', 'mobile', 'tablet', 'bot', 'unknown'] as const;

const Attribution = { ticketId: Uuid(), at: Instant({ description: 'When it happened.' }) };

export const TicketOpened = Data('A requester asked for something.', {
  ...Attribution,
  number: ShortText({
    ...notPersonal('A number given by a system.'),
    description: 'Readable ticket number, unique within the tenant; an imported ticket keeps its own.',
  }),
  requesterId: PersonalKey(),
  requesterName: Type.Optional(PersonalShortText()),
  requesterEmail: Type.Optional(PersonalShortText()),
  subject: PersonalShortText(),
  body: Type.Optional(PersonalLongText()),
  channel: Key({
    ...notPersonal('A way of contact.'),
    description: `One of ${channels.join(', ')}, or a channel an import brought along.`,
  }),
  device: Type.Union([
    Type.Literal('desktop'),
    Type.Literal('mobile'),
    Type.Literal('tablet'),
    Type.Literal('bot'),
    Type.Literal('unknown'),
  ]),
  locale: Key({ ...notPersonal('A language.'), description: 'BCP 47 language tag, `und` where unknown.' }),
  departmentId: Type.Optional(DepartmentKey({ description: 'Where the requester asked to be routed to.' })),
  priority: Type.Optional(Key(notPersonal('A degree of urgency.'))),
  tags: Type.Optional(Tags()),
  splitFrom: Type.Optional(Uuid({ description: 'The ticket whose messages this one was made of.' })),
  attemptId: Type.Optional(
    Uuid({ description: 'The ticket form, as the knowledge base knows it: what its reader was suggested before.' }),
  ),
});
export const RequesterReplied = Data('The requester wrote on their ticket.', {
  ...Attribution,
  replyId: Uuid(),
  body: PersonalLongText(),
  redirectedFrom: Type.Optional(Uuid({ description: 'The merged ticket the reply was sent to.' })),
  movedFrom: Type.Optional(Uuid({ description: 'The ticket the reply was written on, before a split moved it here.' })),
});
export const TicketReopenedByRequester = Data('The requester was not done.', {
  ...Attribution,
  reason: Type.Optional(PersonalLongText()),
});
export const TicketClosedByRequester = Data('The requester needs no answer any more.', {
  ...Attribution,
  reason: Type.Optional(PersonalLongText()),
});
export const TicketMarkedSpam = Data('Not a request at all: leaves every figure but the gross count.', {
  ...Attribution,
  reason: Type.Optional(PersonalLongText()),
});
export const TicketUnmarkedSpam = Data('The spam mark was a mistake.', { ...Attribution });
export const TicketMerged = Data('The same matter as another ticket, which carries it on.', {
  ...Attribution,
  intoTicketId: Uuid(),
  acrossRequesters: Type.Optional(
    Type.Boolean({
      description: 'true: the two tickets belong to different requesters, and it was asked for expressly.',
    }),
  ),
});
export const TicketUnmerged = Data('The merging was a mistake: the ticket carries its matter on by itself again.', {
  ...Attribution,
  fromTicketId: Uuid({ description: 'The ticket it had been merged into.' }),
});
export const TicketSplit = Data(
  'Some of the requester’s messages are a matter of their own, and moved to a new ticket.',
  {
    ...Attribution,
    intoTicketId: Uuid(),
    replies: Type.Array(Type.Object({ replyId: Uuid(), at: Instant({ description: 'When it was written.' }) }), {
      minItems: 1,
      maxItems: 100,
    }),
  },
);

export const intakeEvents = {
  TicketOpened,
  RequesterReplied,
  TicketReopenedByRequester,
  TicketClosedByRequester,
  TicketMarkedSpam,
  TicketUnmarkedSpam,
  TicketMerged,
  TicketUnmerged,
  TicketSplit,
} as const;

export type IntakeEventData = { [T in keyof typeof intakeEvents]: Static<(typeof intakeEvents)[T]> };
