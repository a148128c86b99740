/** The Article: what holds for all languages of it. Pure: no Nest, no database, no clock. */
import type { articleOrigins } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import type { Audience } from '../audience.js';

export type ArticleOrigin = (typeof articleOrigins)[number];

export interface Drafting {
  readonly articleId: string;
  readonly number: number;
  readonly sourceLocale: string;
  readonly categoryId: string | null;
  readonly audience: Audience;
  readonly origin: ArticleOrigin;
  readonly at: string;
}
type OfOne = { readonly articleId: string; readonly at: string };
type Archiving = OfOne & { readonly successorId?: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type ArticleEvent =
  | DomainEvent<'ArticleDrafted', Drafting>
  | DomainEvent<'ArticleArchived', Archiving>
  | DomainEvent<'ArticleReinstated', OfOne>;

export type ArticleCommand =
  | DomainCommand<'DraftArticle', Drafting>
  /** `successor`: as it was found; undefined where no successor is named. */
  | DomainCommand<'ArchiveArticle', Archiving & { readonly successor?: Pick<Article, 'isThere' | 'isArchived'> }>
  | DomainCommand<'ReinstateArticle', OfOne>;

export interface Article {
  readonly isThere: boolean;
  readonly isArchived: boolean;
  readonly successorId: string | null;
  readonly sourceLocale: string;
}
const initial: Article = { isThere: false, isArchived: false, successorId: null, sourceLocale: '' };

const evolve = (article: Article, { type, data }: ArticleEvent): Article => {
  switch (type) {
    case 'ArticleDrafted':
      return { ...article, isThere: true, sourceLocale: data.sourceLocale };
    case 'ArticleArchived':
      return { ...article, isArchived: true, successorId: data.successorId ?? null };
    case 'ArticleReinstated':
      return { ...article, isArchived: false, successorId: null };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: ArticleCommand, article: Article): readonly ArticleEvent[] => {
  if (type === 'DraftArticle') return article.isThere ? [] : [{ type: 'ArticleDrafted', data }];
  mustBeThere(article);
  switch (type) {
    case 'ArchiveArticle': {
      const { successor, ...archiving } = data;
      const { articleId, successorId } = archiving;
      if (article.isArchived && article.successorId === (successorId ?? null)) return [];
      if (successorId !== undefined) mustSucceed(articleId, successorId, successor);
      return [{ type: 'ArticleArchived', data: archiving }];
    }
    case 'ReinstateArticle':
      return article.isArchived ? [{ type: 'ArticleReinstated', data }] : [];
  }
};

/** No circle can come about: what succeeds is not archived itself, and so has no successor. */
function mustSucceed(
  articleId: string,
  successorId: string,
  successor: Pick<Article, 'isThere' | 'isArchived'> | undefined,
): void {
  if (successorId === articleId)
    throw new DomainError('successor-cycle', 'An article cannot succeed itself.', { successorId });
  if (successor?.isThere !== true)
    throw new DomainError('unknown-article', 'There is no article to succeed it.', { successorId }, 'invalid');
  if (successor.isArchived)
    throw new DomainError('successor-archived', 'The article to succeed it is archived.', { successorId });
}

/** @throws DomainError `unknown-article` (404) */
export function mustBeThere({ isThere }: Pick<Article, 'isThere'>): void {
  if (!isThere) throw unknownArticle();
}

/** Also the answer to who may not read it: whether it exists is not theirs to know. */
export function unknownArticle(): DomainError {
  return new DomainError('unknown-article', 'There is no such article.', {}, 'unknown');
}

export const articleDecider: Decider<Article, ArticleCommand, ArticleEvent> = {
  category: 'article',
  initial,
  evolve,
  decide,
};
