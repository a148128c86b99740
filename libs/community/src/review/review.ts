/** The Review: what members and machines say against a post, and what a moderator decides. Pure: no Nest, no database, no clock. */
import { personalTexts } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError } from '@guichet/event-sourcing';
import { scoreOf, type Signal } from '../holding/signals.js';
import { leastLevel, limitsOf, type TrustLevel } from '../member/trust.js';
import { type Flag, type FlagReason, hidePost } from './flags.js';
import { type Action, type Outcome, type ReviewEvent, reviewEvents } from './review-events.js';

interface OfPost {
  readonly postId: string;
  readonly topicId: string;
  readonly authorId: string;
  readonly at: string;
}

export type ReviewCommand =
  | DomainCommand<'HoldPost', OfPost & { readonly edition: number; readonly signals: readonly Signal[] }>
  | DomainCommand<
      'FlagPost',
      OfPost & {
        readonly memberId: string;
        readonly level: TrustLevel;
        readonly edition: number;
        readonly reason: FlagReason;
        readonly note?: string;
        readonly weight: number;
        readonly reach: number;
        /** Flags of the member since midnight, UTC, on other posts. */
        readonly flagsToday: number;
      }
    >
  | DomainCommand<'WithdrawFlag', { readonly memberId: string; readonly at: string }>
  | DomainCommand<
      'DecideReview',
      {
        /** Undefined: the moderator has not joined. */
        readonly moderatorId?: string;
        readonly outcome: Outcome;
        readonly action: Action;
        readonly reason?: FlagReason;
        readonly note?: string;
        readonly edition: number;
        readonly features: string;
        readonly at: string;
      }
    >
  | DomainCommand<'MakeAppeal', { readonly memberId: string; readonly text: string; readonly at: string }>;

export interface Review {
  /** null: nothing was ever said against the post. */
  readonly of: Omit<OfPost, 'at'> | null;
  /** `none`: what was said was taken back. */
  readonly state: 'none' | 'open' | 'decided' | 'appealed';
  readonly edition: number;
  readonly isHeld: boolean;
  readonly isHidden: boolean;
  /** By who flagged it: those that nobody has decided on. */
  readonly flags: ReadonlyMap<string, Flag & { readonly note?: string }>;
  /** How often a member has flagged the post. */
  readonly flagged: ReadonlyMap<string, number>;
  /** The last decision; null: none yet. */
  readonly decided: {
    readonly outcome: Outcome;
    readonly action: Action;
    readonly reason?: FlagReason;
    readonly edition: number;
    readonly at: string;
  } | null;
  readonly appealUsed: boolean;
}
const initial: Review = {
  ...{ of: null, state: 'none', edition: 0, isHeld: false, isHidden: false, flags: new Map(), flagged: new Map() },
  ...{ decided: null, appealUsed: false },
};

/** A member flags a post so often at most: people change their mind, and some never stop. */
export const maxFlagsOnPost = 5;
export const appealDays = 30;
const dayMs = 86_400_000;

const evolve = (review: Review, { type, data }: ReviewEvent): Review => {
  switch (type) {
    case 'PostHeld': {
      const { edition } = data;
      return { ...review, of: ofPost(data), state: 'open', edition, isHeld: true };
    }
    case 'PostFlagged': {
      const { memberId, edition, reason, weight, note, hides } = data;
      const flag = { reason, weight, ...(note !== undefined && { note }) };
      const flagged = new Map(review.flagged).set(memberId, (review.flagged.get(memberId) ?? 0) + 1);
      const flags = new Map(review.flags).set(memberId, flag);
      const isHidden = review.isHidden || hides;
      return { ...review, of: ofPost(data), state: 'open', edition, flags, flagged, isHidden };
    }
    case 'FlagWithdrawn': {
      const flags = new Map(review.flags);
      flags.delete(data.memberId);
      const state = flags.size > 0 || review.isHeld ? 'open' : 'none';
      return { ...review, flags, state, isHidden: review.isHidden && !data.restores };
    }
    case 'FlagReviewed': {
      const { outcome, action, reason, edition, at } = data;
      const decided = { outcome, action, ...(reason !== undefined && { reason }), edition, at };
      const after = { isHeld: false, isHidden: action === 'hide', flags: new Map<string, Flag>(), appealUsed: false };
      return { ...review, ...after, state: 'decided', decided };
    }
    case 'AppealMade':
      return { ...review, state: 'appealed', appealUsed: true };
    case 'AppealDecided':
      return { ...review, state: 'decided', isHidden: !data.granted };
  }
};

const ofPost = ({ postId, topicId, authorId }: OfPost) => ({ postId, topicId, authorId });

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: ReviewCommand, review: Review): readonly ReviewEvent[] => {
  switch (type) {
    case 'HoldPost': {
      const isSo = review.isHeld && review.edition >= data.edition;
      // Once the author has appealed, the one decision that is due is about more than the new text.
      if (isSo || review.state === 'appealed') return [];
      const signals = data.signals.map(({ name, weight }) => ({ name, weight }));
      return [{ type: 'PostHeld', data: { ...data, signals, score: scoreOf(signals) } }];
    }
    case 'FlagPost':
      return flagPost(data, review);
    case 'WithdrawFlag':
      return withdrawFlag(data, review);
    case 'DecideReview':
      return decideReview(data, review);
    case 'MakeAppeal':
      return makeAppeal(data, review);
  }
};

type DataOf<Type extends ReviewCommand['type']> = Extract<ReviewCommand, { type: Type }>['data'];

function flagPost(command: DataOf<'FlagPost'>, review: Review): readonly ReviewEvent[] {
  const { level, flagsToday, ...data } = command;
  const { memberId, authorId, reason, weight, note, edition } = data;
  if (memberId === authorId) throw ownPost('Nobody flags a post of their own: change or remove it.');
  if (level < leastLevel.flag)
    throw new DomainError(
      'level-too-low',
      `Members of level ${leastLevel.flag} may flag: read a while first.`,
      { level, least: leastLevel.flag },
      'forbidden',
    );
  const before = review.flags.get(memberId);
  if (before?.reason === reason && before.note === note) return [];
  const isDecided = review.state === 'decided' || review.state === 'appealed';
  if (isDecided && review.decided !== null && edition <= review.decided.edition)
    throw new DomainError('already-reviewed', 'A moderator has decided on this post since it was changed last.', {
      ...{ outcome: review.decided.outcome, decidedAt: review.decided.at },
    });
  const { flagsPerDay } = limitsOf(level);
  if (flagsToday >= flagsPerDay)
    throw new DomainError('flag-limit', `You may flag ${flagsPerDay} posts a day. Come back tomorrow (UTC).`, {
      ...{ max: flagsPerDay, per: 'day' },
    });
  if ((review.flagged.get(memberId) ?? 0) >= maxFlagsOnPost)
    throw new DomainError('flag-limit', `A post is flagged by the same member ${maxFlagsOnPost} times at most.`, {
      ...{ max: maxFlagsOnPost, per: 'post' },
    });
  const flags = new Map<string, Flag>(review.flags).set(memberId, { reason, weight });
  const hides = !review.isHidden && !review.isHeld && hidePost([...flags.values()]);
  return [{ type: 'PostFlagged', data: { ...data, hides } }];
}

function withdrawFlag({ memberId, at }: DataOf<'WithdrawFlag'>, review: Review): readonly ReviewEvent[] {
  const { of, flags, isHidden, isHeld } = review;
  if (of === null || !flags.has(memberId)) return [];
  const restores = isHidden && !isHeld && flags.size === 1;
  return [{ type: 'FlagWithdrawn', data: { ...of, memberId, restores, at } }];
}

function decideReview(data: DataOf<'DecideReview'>, review: Review): readonly ReviewEvent[] {
  const of = mustBeThere(review);
  const { moderatorId, outcome, action, reason, note, edition, features, at } = data;
  if (moderatorId === of.authorId)
    throw ownPost('Nobody decides on a post of their own. Leave it to another moderator.');
  const more = { ...(note !== undefined && { note }), ...(moderatorId !== undefined && { moderatorId }) };
  if (review.state === 'appealed')
    return [
      {
        type: 'AppealDecided',
        data: { ...of, granted: action === 'show', reason: hiddenFor(review), ...more, features, at },
      },
    ];
  if (review.state !== 'open') throw notOpen(review);
  mustAgree(data);
  const { isHeld: wasHeld, flags } = review;
  const found = { outcome, action, ...(reason !== undefined && { reason }), ...more };
  return [
    { type: 'FlagReviewed', data: { ...of, edition, ...found, wasHeld, memberIds: [...flags.keys()], features, at } },
  ];
}

function mustAgree({ outcome, action, reason }: DataOf<'DecideReview'>): void {
  const refuse = (code: string, words: string) => new DomainError(code, words, { outcome, action }, 'invalid');
  if (outcome === 'rejected' && action === 'hide')
    throw refuse('nothing-to-hide-for', 'Where nothing is wrong with a post it is shown.');
  if (outcome === 'rejected' && reason !== undefined)
    throw refuse('reason-needless', 'A reason belongs to a post that something is wrong with.');
  if (outcome === 'upheld' && reason === undefined) throw refuse('reason-missing', 'Say what is wrong with the post.');
}

/** Only what was hidden is appealed against, and for that there is a reason. */
function hiddenFor({ decided }: Review): FlagReason {
  if (decided?.reason === undefined) throw new Error('An appeal was made against a decision without a reason.');
  return decided.reason;
}

function makeAppeal({ memberId, text, at }: DataOf<'MakeAppeal'>, review: Review): readonly ReviewEvent[] {
  const of = mustBeThere(review);
  if (memberId !== of.authorId)
    throw new DomainError('not-allowed', 'Only who wrote the post may appeal.', {}, 'forbidden');
  const { state, decided, appealUsed } = review;
  if (state === 'appealed' || appealUsed)
    throw new DomainError('appeal-used', 'You have appealed once: a decision is looked at again once.');
  if (state !== 'decided' || decided === null)
    throw new DomainError('not-decided', 'No moderator has decided on the post yet.');
  if (decided.action === 'show') throw new DomainError('not-hidden', 'The post is not hidden.');
  if (Date.parse(at) > Date.parse(decided.at) + appealDays * dayMs)
    throw new DomainError('appeal-too-late', `An appeal is made within ${appealDays} days.`, {
      ...{ days: appealDays, decidedAt: decided.at },
    });
  return [{ type: 'AppealMade', data: { ...of, text, at } }];
}

function mustBeThere({ of }: Review): NonNullable<Review['of']> {
  if (of === null) throw unknownReview();
  return of;
}

export const unknownReview = (): DomainError =>
  new DomainError('unknown-review', 'Nothing was said against such a post.', {}, 'unknown');

const ownPost = (words: string): DomainError => new DomainError('own-post', words);

function notOpen({ state, decided }: Review): DomainError {
  if (state === 'none' || decided === null)
    return new DomainError('not-open', 'What was said against the post was taken back: there is nothing to decide.');
  const { outcome, action, at } = decided;
  const words = `A moderator has decided on it already: ${outcome}, ${action}.`;
  return new DomainError('not-open', words, { outcome, action, decidedAt: at });
}

const { PostFlagged, FlagReviewed, AppealMade, AppealDecided } = reviewEvents;

export const reviewDecider: Decider<Review, ReviewCommand, ReviewEvent> = {
  category: 'review',
  initial,
  personal: {
    ...personalTexts({ PostFlagged }, 'memberId'),
    ...personalTexts({ FlagReviewed, AppealMade, AppealDecided }, 'authorId'),
  },
  evolve,
  decide,
};
