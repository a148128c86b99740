/**
 * What happens in the review of a post. Facts, stored for ever: add optional fields; never rename, never remove. The
 * schemas mark what people wrote; each says whose it is. Pure.
 */
import { Data, Instant, notPersonal, oneOf, PersonalLongText, PersonalShortText, Uuid } from '@guichet/contracts';
import type { DomainEvent } from '@guichet/event-sourcing';
import { type Static, Type } from 'typebox';
import { signalNames } from '../holding/signals.js';
import { flagReasons } from './flags.js';

export const outcomes = ['upheld', 'rejected'] as const;
export const actions = ['hide', 'show'] as const;
export type Outcome = (typeof outcomes)[number];
export type Action = (typeof actions)[number];

const OfPost = {
  ...{ postId: Uuid(), topicId: Uuid(), authorId: Uuid({ description: 'Whose post it is.' }) },
  at: Instant(),
};
const Edition = () => Type.Integer({ minimum: 1, description: 'Of the post.' });
const Features = () =>
  Type.String({ ...notPersonal('Hashes that no text can be read from.'), description: 'See `packFeatures`.' });
const Moderator = () =>
  Type.Optional(Uuid({ description: 'The moderator’s own membership; none where they have not joined.' }));

export const reviewEvents = {
  PostHeld: Data('A post is seen by nobody until a moderator has looked.', {
    ...OfPost,
    edition: Edition(),
    signals: Type.Array(
      Type.Object({ name: oneOf(signalNames, 'What was noticed.'), weight: Type.Number({ minimum: 0 }) }),
    ),
    score: Type.Number({ minimum: 0, description: 'The sum of the weights.' }),
  }),
  PostFlagged: Data('A member says that something is wrong with a post.', {
    ...OfPost,
    memberId: Uuid({ description: 'Who says so, and wrote the note.' }),
    edition: Edition(),
    reason: oneOf(flagReasons, 'What is wrong.'),
    weight: Type.Number({ minimum: 0, maximum: 2, description: 'See `flagWeight`.' }),
    reach: Type.Integer({ minimum: 1, description: 'Visible posts of the topic: how many it may have come before.' }),
    note: Type.Optional(PersonalShortText()),
    hides: Type.Boolean({ description: 'Whether the post is hidden by it, before a moderator looks.' }),
  }),
  FlagWithdrawn: Data('A member takes their flag back.', {
    ...OfPost,
    memberId: Uuid({ description: 'Whose flag it was.' }),
    restores: Type.Boolean({ description: 'Whether nothing is left that the post was hidden for.' }),
  }),
  FlagReviewed: Data('A moderator has decided on the flags and the hold of a post together.', {
    ...OfPost,
    edition: Edition(),
    outcome: oneOf(outcomes, 'Whether the flags or the hold were right.'),
    action: oneOf(actions, 'What becomes of the post.'),
    reason: Type.Optional(oneOf(flagReasons, 'What is wrong with it; none where nothing is.')),
    note: Type.Optional(PersonalShortText()),
    moderatorId: Moderator(),
    wasHeld: Type.Boolean(),
    memberIds: Type.Array(Uuid(), { description: 'Whose flags were decided on.' }),
    features: Type.String({
      ...notPersonal('Hashes that no text can be read from.'),
      description: 'See `packFeatures`.',
    }),
  }),
  AppealMade: Data('The author asks to have it looked at once more.', { ...OfPost, text: PersonalLongText() }),
  AppealDecided: Data('A moderator has looked once more.', {
    ...OfPost,
    granted: Type.Boolean({ description: 'Whether the post is visible again.' }),
    reason: oneOf(flagReasons, 'Why it was hidden.'),
    features: Features(),
    note: Type.Optional(PersonalShortText()),
    moderatorId: Moderator(),
  }),
} as const;

type DataByType = { [Type in keyof typeof reviewEvents]: Static<(typeof reviewEvents)[Type]> };

export type ReviewEvent = { [Type in keyof DataByType]: DomainEvent<Type, DataByType[Type]> }[keyof DataByType];
export type ReviewData<Type extends keyof DataByType> = DataByType[Type];
