/** The Vote: whether one member finds one post helpful. Its stream is its identity: nobody can have two. Pure. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent, uuid5 } from '@guichet/event-sourcing';
import { mustHaveLeft, type WrittenToday } from '../member/writing.js';
import type { TrustLevel } from '../member/trust.js';
import { ownPost } from '../topic/answers.js';
import { unknownPost } from '../topic/refusals.js';
import type { Post } from '../topic/topic.js';

interface OfVote {
  readonly topicId: string;
  readonly postId: string;
  /** Who votes; not told to other services. */
  readonly memberId: string;
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type VoteEvent =
  | DomainEvent<'VoteCast', OfVote>
  | DomainEvent<'VoteWithdrawn', OfVote>
  | DomainEvent<'VoteVoided', OfVote & { readonly reason: VoidReason }>;

/** Why a vote does not count: its voter and who wrote the post vote for one another, or are one person. */
export type VoidReason = 'ring' | 'same-person' | 'other';

export type VoteCommand =
  /** `post`: as it was found; undefined: it is not there, or not for the voter. */
  | DomainCommand<
      'CastVote',
      OfVote & {
        readonly post: Pick<Post, 'memberId' | 'state'> | undefined;
        readonly level: TrustLevel;
        readonly today: WrittenToday;
      }
    >
  | DomainCommand<'WithdrawVote', OfVote>
  | DomainCommand<'VoidVote', OfVote & { readonly reason: VoidReason }>;

interface Vote {
  readonly counts: boolean;
  readonly isVoid: boolean;
  readonly changes: number;
}

/** How often a member says something about one post at most; a person changes their mind a few times. */
export const maxChanges = 50;

const evolve = ({ isVoid, changes }: Vote, { type }: VoteEvent): Vote => {
  switch (type) {
    case 'VoteCast':
      return { counts: true, isVoid, changes: changes + 1 };
    case 'VoteWithdrawn':
      return { counts: false, isVoid, changes: changes + 1 };
    case 'VoteVoided':
      return { counts: false, isVoid: true, changes: changes + 1 };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: VoteCommand, { counts, isVoid, changes }: Vote): readonly VoteEvent[] => {
  switch (type) {
    case 'CastVote': {
      const { post, level, today, ...cast } = data;
      if (post?.state !== 'visible') throw unknownPost();
      if (post.memberId === cast.memberId) throw ownPost();
      if (counts) return [];
      if (isVoid)
        throw new DomainError('vote-voided', 'A moderator has found that your vote on this post does not count.');
      mustHaveLeft('votes', today, level);
      if (changes >= maxChanges) {
        const words = `A member changes their vote on a post at most ${maxChanges} times.`;
        throw new DomainError('too-many-changes', words, { max: maxChanges });
      }
      return [{ type: 'VoteCast', data: cast }];
    }
    case 'WithdrawVote':
      return counts ? [{ type: 'VoteWithdrawn', data }] : [];
    case 'VoidVote':
      return counts ? [{ type: 'VoteVoided', data }] : [];
  }
};

export const voteDecider: Decider<Vote, VoteCommand, VoteEvent> = {
  category: 'vote',
  initial: { counts: false, isVoid: false, changes: 0 },
  evolve,
  decide,
};

/**
 * What follows `vote-` in the stream's name. It names neither post nor voter, since streams are told with what happens
 * in them.
 */
export const voteStreamId = (tenantId: string, postId: string, memberId: string): string =>
  uuid5(tenantId, `vote/${postId}/${memberId}`);
