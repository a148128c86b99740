/**
 * What happens to a topic and its posts. Facts, stored for ever: add optional fields; never rename, never remove.
 * Those that hold what people wrote have a schema, whose marks say which fields are theirs; beside each text stands
 * the member who wrote it. Pure.
 */
import {
  type acceptors,
  Data,
  Instant,
  notPersonal,
  oneOf,
  PersonalLongText,
  PersonalShortText,
  topicKinds,
  type unacceptances,
  Uuid,
} from '@guichet/contracts';
import type { DomainEvent } from '@guichet/event-sourcing';
import { type Static, Type } from 'typebox';
import { signalNames } from '../holding/signals.js';

export type TopicKind = (typeof topicKinds)[number];
export type Acceptor = (typeof acceptors)[number];
export type Unacceptance = (typeof unacceptances)[number];

/** Why a post is held; nothing is told of it outside, and readers see nothing of it. */
const Signals = () =>
  Type.Optional(Type.Array(Type.Object({ name: oneOf(signalNames, 'What was noticed.'), weight: Type.Number() })));

const OfText = { topicId: Uuid(), postId: Uuid(), memberId: Uuid(), at: Instant() };

/** The stored events that hold texts of people. */
export const textEvents = {
  TopicStarted: Data('A topic with its first post.', {
    ...OfText,
    number: Type.Integer({ minimum: 1 }),
    categoryId: Uuid(),
    kind: oneOf(topicKinds, 'What it asks for.'),
    locale: Type.String(notPersonal('A language.')),
    title: PersonalShortText(),
    body: PersonalLongText(),
    official: Type.Boolean(),
    held: Type.Boolean(),
    signals: Signals(),
  }),
  PostAdded: Data('A post in a topic.', {
    ...OfText,
    replyTo: Type.Optional(Uuid()),
    body: PersonalLongText(),
    official: Type.Boolean(),
    held: Type.Boolean(),
    signals: Signals(),
  }),
  /** `memberId`: whose post it is, whoever changed it. */
  PostEdited: Data('A post says something else.', {
    ...OfText,
    edition: Type.Integer({ minimum: 2 }),
    body: PersonalLongText(),
    reason: Type.Optional(PersonalShortText()),
    byModerator: Type.Boolean(),
    held: Type.Boolean({ description: 'Whether somebody has to look at the new text first.' }),
    signals: Signals(),
  }),
  /** `memberId`: who began the topic. */
  TopicRetitled: Data('A topic is called something else.', {
    ...{ topicId: Uuid(), memberId: Uuid(), at: Instant() },
    title: PersonalShortText(),
  }),
} as const;

type TextData = { [Type in keyof typeof textEvents]: Static<(typeof textEvents)[Type]> };

type OfTopic = { readonly topicId: string; readonly at: string };
type OfPost = OfTopic & { readonly postId: string };

export type TopicEvent =
  | DomainEvent<'TopicStarted', TextData['TopicStarted']>
  | DomainEvent<'PostAdded', TextData['PostAdded']>
  | DomainEvent<'PostReleased', OfPost>
  | DomainEvent<'PostEdited', TextData['PostEdited']>
  | DomainEvent<'PostHidden', OfPost & { readonly reviewId: string }>
  | DomainEvent<'PostRestored', OfPost>
  | DomainEvent<'PostRemovedByAuthor', OfPost>
  | DomainEvent<'AnswerAccepted', OfPost & { readonly by: Acceptor }>
  | DomainEvent<'AnswerUnaccepted', OfPost & { readonly why: Unacceptance }>
  | DomainEvent<'AnswerDoubted', OfPost & { readonly memberId: string; readonly version?: string }>
  | DomainEvent<'TopicRetitled', TextData['TopicRetitled']>
  | DomainEvent<'TopicMoved', OfTopic & { readonly fromCategoryId: string; readonly categoryId: string }>
  | DomainEvent<'TopicLocked', OfTopic>
  | DomainEvent<'TopicUnlocked', OfTopic>
  | DomainEvent<'TopicPinned', OfTopic>
  | DomainEvent<'TopicUnpinned', OfTopic>
  | DomainEvent<'TopicLanguageCorrected', OfTopic & { readonly locale: string }>
  | DomainEvent<'TopicMerged', OfTopic & { readonly intoTopicId: string }>
  | DomainEvent<'TopicUnmerged', OfTopic & { readonly fromTopicId: string }>;

export type DataOf<Type extends TopicEvent['type']> = Extract<TopicEvent, { type: Type }>['data'];
