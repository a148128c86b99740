/**
 * The Rating: what one reader says of an article in one language. It belongs to the revision that was read: one of a
 * later revision leaves those of earlier ones as they are, and counts in their place from then on. Pure.
 */
import type { ratingReasons } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import { mustBeThere } from '../article/article.js';
import { neverPublished } from '../article/corrections.js';

export type RatingReason = (typeof ratingReasons)[number];

interface OfRating {
  readonly articleId: string;
  readonly locale: string;
  /** See `readerKeyOf`. */
  readonly voterId: string;
  readonly at: string;
}
export interface Said {
  readonly helpful: boolean;
  readonly reason?: RatingReason;
  /** Private: it may say anything. */
  readonly comment?: string;
}
type Rated = OfRating & Said & { readonly revision: number };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type RatingEvent =
  DomainEvent<'ArticleRated', Rated> | DomainEvent<'RatingWithdrawn', OfRating & { readonly revision: number }>;

/** The article and its text as they were found. */
export interface RatedText {
  readonly isThere: boolean;
  readonly isArchived: boolean;
  /** Every revision that was ever published. */
  readonly publications: readonly number[];
}

export type RatingCommand =
  DomainCommand<'RateArticle', Rated & { readonly text: RatedText }> | DomainCommand<'WithdrawRating', OfRating>;

interface Rating {
  /** The one that counts; null: none, or it was withdrawn. */
  readonly live: (Said & { readonly revision: number }) | null;
  readonly changes: number;
}
const initial: Rating = { live: null, changes: 0 };

/** How often a reader says something about one text at most; a person changes their mind a few times. */
export const maxChanges = 50;

const evolve = ({ changes }: Rating, { type, data }: RatingEvent): Rating => {
  switch (type) {
    case 'ArticleRated': {
      const { helpful, revision, reason, comment } = data;
      const more = { ...(reason !== undefined && { reason }), ...(comment !== undefined && { comment }) };
      return { live: { helpful, revision, ...more }, changes: changes + 1 };
    }
    case 'RatingWithdrawn':
      return { live: null, changes: changes + 1 };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: RatingCommand, { live, changes }: Rating): readonly RatingEvent[] => {
  switch (type) {
    case 'RateArticle': {
      const { text, ...rated } = data;
      const { locale, revision } = rated;
      mustBeThere(text);
      if (text.isArchived) throw new DomainError('article-archived', 'The article is archived: it is not rated.');
      if (!text.publications.includes(revision)) throw neverPublished(locale, revision);
      mustGiveReason(rated);
      if (live !== null && isSame(live, rated)) return [];
      if (changes >= maxChanges) {
        const words = `A reader says at most ${maxChanges} times whether a text helped.`;
        throw new DomainError('too-many-ratings', words, { max: maxChanges });
      }
      return [{ type: 'ArticleRated', data: rated }];
    }
    case 'WithdrawRating':
      return live === null ? [] : [{ type: 'RatingWithdrawn', data: { ...data, revision: live.revision } }];
  }
};

function mustGiveReason({ helpful, reason }: Said): void {
  if (!helpful && reason === undefined)
    throw new DomainError('reason-missing', 'Say why the article did not help.', {}, 'invalid');
  if (helpful && reason !== undefined)
    throw new DomainError('reason-needless', 'A reason belongs to an article that did not help.', {}, 'invalid');
}

const isSame = (a: NonNullable<Rating['live']>, b: Rated): boolean =>
  a.revision === b.revision && a.helpful === b.helpful && a.reason === b.reason && a.comment === b.comment;

export const ratingDecider: Decider<Rating, RatingCommand, RatingEvent> = {
  category: 'rating',
  initial,
  evolve,
  decide,
};

/** What follows `rating-` in the stream's name. */
export const ratingStreamId = (articleId: string, locale: string, voterId: string): string =>
  `${articleId}.${locale}.${voterId}`;
