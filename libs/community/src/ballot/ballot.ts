/**
 * The Ballot: on which ideas a member has their votes. A member has few of them, so that they say what matters most; a
 * vote comes back when nothing more is decided on its idea. Pure.
 */
import { type Decider, type DomainCommand, DomainError, type DomainEvent, uuid5 } from '@guichet/event-sourcing';
import type { returnReasons } from '@guichet/contracts';
import type { TrustLevel } from '../member/trust.js';
import { ownPost } from '../topic/answers.js';
import { unknownTopic } from '../topic/refusals.js';
import { isVisible, type Topic } from '../topic/topic.js';

export type ReturnReason = (typeof returnReasons)[number];

interface OfVote {
  readonly topicId: string;
  /** Who votes; not told to other services. */
  readonly memberId: string;
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type BallotEvent =
  DomainEvent<'IdeaVoteCast', OfVote> | DomainEvent<'IdeaVoteReturned', OfVote & { readonly why: ReturnReason }>;

/** The topic as it was found. */
export type VotedIdea = Pick<
  Topic,
  'isThere' | 'kind' | 'memberId' | 'isLocked' | 'mergedInto' | 'posts' | 'firstPostId'
>;

export type BallotCommand =
  | DomainCommand<'CastIdeaVote', OfVote & { readonly level: TrustLevel; readonly topic: VotedIdea }>
  | DomainCommand<'ReturnIdeaVote', OfVote & { readonly why: ReturnReason }>;

/** The topics that the member's votes are on. */
export type Ballot = ReadonlySet<string>;

/** Votes that a member of a level has. */
const votesOf: Readonly<Record<TrustLevel, number>> = { 0: 2, 1: 4, 2: 6, 3: 8, 4: 10 };

/** Never less than none: a level may have fallen. */
export const votesLeft = (ballot: Ballot, level: TrustLevel): number => Math.max(0, votesOf[level] - ballot.size);

const evolve = (ballot: Ballot, { type, data }: BallotEvent): Ballot => {
  switch (type) {
    case 'IdeaVoteCast':
      return new Set([...ballot, data.topicId]);
    case 'IdeaVoteReturned':
      return new Set([...ballot].filter((topicId) => topicId !== data.topicId));
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: BallotCommand, ballot: Ballot): readonly BallotEvent[] => {
  switch (type) {
    case 'CastIdeaVote': {
      const { level, topic, ...cast } = data;
      if (!isVisible(topic)) throw unknownTopic();
      if (topic.kind !== 'idea') throw new DomainError('not-an-idea', 'Votes of this kind are for ideas.');
      if (topic.memberId === cast.memberId) throw ownPost();
      if (ballot.has(cast.topicId)) return [];
      if (!isVotedOn(topic)) throw new DomainError('topic-locked', 'Nobody votes on the idea any more.');
      if (votesLeft(ballot, level) === 0) {
        const words = 'All your votes are on other ideas. Take one back first.';
        throw new DomainError('no-votes-left', words, { max: votesOf[level], topicIds: [...ballot] });
      }
      return [{ type: 'IdeaVoteCast', data: cast }];
    }
    case 'ReturnIdeaVote':
      return ballot.has(data.topicId) ? [{ type: 'IdeaVoteReturned', data }] : [];
  }
};

/** Whether votes may stand on it. */
export const isVotedOn = ({ isLocked, mergedInto }: Pick<Topic, 'isLocked' | 'mergedInto'>): boolean =>
  !isLocked && mergedInto === null;

export const ballotDecider: Decider<Ballot, BallotCommand, BallotEvent> = {
  category: 'ballot',
  initial: new Set(),
  evolve,
  decide,
};

/** What follows `ballot-` in the stream's name: it does not name the member, since streams are told. */
export const ballotStreamId = (tenantId: string, memberId: string): string => uuid5(tenantId, `ballot/${memberId}`);
