/** The Article: what holds for all languages of it. Pure: no Nest, no database, no clock. */
import type { articleOrigins, Audience } from '@guichet/contracts';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import {
  type CorrectionCommand,
  type CorrectionEvent,
  type Corrections,
  decideCorrection,
  evolveCorrections,
} from './corrections.js';

export type ArticleOrigin = (typeof articleOrigins)[number];

export interface Drafting {
  readonly articleId: string;
  readonly number: number;
  readonly sourceLocale: string;
  readonly categoryId: string | null;
  readonly audience: Audience;
  readonly origin: ArticleOrigin;
  /** The ticket whose answer it is. */
  readonly ticketId?: string;
  readonly at: string;
}
type OfOne = { readonly articleId: string; readonly at: string };
type Archiving = OfOne & { readonly successorId?: string };
type Merging = OfOne & { readonly intoArticleId: string };
type Moving = OfOne & { readonly categoryId: string | null };
type Opening = OfOne & { readonly audience: Audience };
type Owning = OfOne & { readonly ownerId: string | null; readonly verifyEveryDays: number | null };
/** An address that the article had elsewhere; `locale`: of its text in that language. */
type Address = OfOne & { readonly path: string; readonly locale?: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type ArticleEvent =
  | DomainEvent<'ArticleDrafted', Drafting>
  | DomainEvent<'ArticleArchived', Archiving>
  | DomainEvent<'ArticleReinstated', OfOne>
  | DomainEvent<'ArticleMerged', Merging>
  | DomainEvent<'ArticleMoved', Moving>
  | DomainEvent<'ArticleAudienceChanged', Opening>
  | DomainEvent<'ArticleOwnerSet', Owning>
  | DomainEvent<'ArticleVerified', OfOne>
  | DomainEvent<'OldAddressKept', Address>
  | CorrectionEvent;

/** The article to answer instead, as it was found; undefined where none is named. */
type WithSuccessor = { readonly successor?: Pick<Article, 'isThere' | 'isArchived'> };

export type ArticleCommand =
  | DomainCommand<'DraftArticle', Drafting>
  | DomainCommand<'ArchiveArticle', Archiving & WithSuccessor>
  | DomainCommand<'MergeArticle', Merging & WithSuccessor>
  | DomainCommand<'ReinstateArticle', OfOne>
  | DomainCommand<'MoveArticle', Moving>
  | DomainCommand<'ChangeArticleAudience', Opening>
  | DomainCommand<'SetArticleOwner', Owning>
  | DomainCommand<'VerifyArticle', OfOne>
  | DomainCommand<'KeepOldAddress', Address>
  | CorrectionCommand;

export interface Article {
  readonly isThere: boolean;
  readonly isArchived: boolean;
  readonly successorId: string | null;
  readonly sourceLocale: string;
  readonly categoryId: string | null;
  readonly audience: Audience;
  readonly ownerId: string | null;
  readonly verifyEveryDays: number | null;
  /** Paths, each with its language where it has one. */
  readonly addresses: ReadonlyMap<string, string | undefined>;
  readonly corrections: Corrections;
}
const initial: Article = {
  ...{ isThere: false, isArchived: false, successorId: null, sourceLocale: '', categoryId: null, audience: 'public' },
  ...{ ownerId: null, verifyEveryDays: null, addresses: new Map<string, string | undefined>() },
  corrections: new Map(),
};

const evolve = (article: Article, event: ArticleEvent): Article => {
  const { type, data } = event;
  switch (type) {
    case 'ArticleDrafted':
      return {
        ...{ ...article, isThere: true, sourceLocale: data.sourceLocale },
        ...{ categoryId: data.categoryId, audience: data.audience },
      };
    case 'ArticleArchived':
      return { ...article, isArchived: true, successorId: data.successorId ?? null };
    case 'ArticleReinstated':
      return { ...article, isArchived: false, successorId: null };
    case 'ArticleMerged':
      return { ...article, isArchived: true, successorId: data.intoArticleId };
    case 'ArticleMoved':
      return { ...article, categoryId: data.categoryId };
    case 'ArticleAudienceChanged':
      return { ...article, audience: data.audience };
    case 'ArticleOwnerSet':
      return { ...article, ownerId: data.ownerId, verifyEveryDays: data.verifyEveryDays };
    case 'ArticleVerified':
      return article;
    case 'OldAddressKept':
      return { ...article, addresses: new Map(article.addresses).set(data.path, data.locale) };
    case 'CorrectionReported':
    case 'CorrectionClosed':
    case 'RecallOrdered':
      return { ...article, corrections: evolveCorrections(article.corrections, event) };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = (command: ArticleCommand, article: Article): readonly ArticleEvent[] => {
  const { type, data } = command;
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
    case 'MergeArticle': {
      const { successor, ...merging } = data;
      const { articleId, intoArticleId } = merging;
      if (article.isArchived && article.successorId === intoArticleId) return [];
      mustSucceed(articleId, intoArticleId, successor);
      return [{ type: 'ArticleMerged', data: merging }];
    }
    case 'ReinstateArticle':
      return article.isArchived ? [{ type: 'ArticleReinstated', data }] : [];
    case 'MoveArticle':
      return article.categoryId === data.categoryId ? [] : [{ type: 'ArticleMoved', data }];
    case 'ChangeArticleAudience':
      return article.audience === data.audience ? [] : [{ type: 'ArticleAudienceChanged', data }];
    case 'SetArticleOwner': {
      const isSo = article.ownerId === data.ownerId && article.verifyEveryDays === data.verifyEveryDays;
      return isSo ? [] : [{ type: 'ArticleOwnerSet', data }];
    }
    case 'VerifyArticle':
      return [{ type: 'ArticleVerified', data }];
    case 'KeepOldAddress': {
      if (article.addresses.has(data.path) && article.addresses.get(data.path) === data.locale) return [];
      mustHavePlaceForAddress(article);
      return [{ type: 'OldAddressKept', data }];
    }
    case 'ReportCorrection':
    case 'CloseCorrection':
    case 'OrderRecall':
      return decideCorrection(command, article.corrections, article.isArchived);
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

/** Old addresses of an article at most. */
export const maxAddresses = 1_000;

function mustHavePlaceForAddress({ addresses }: Article): void {
  if (addresses.size < maxAddresses) return;
  const words = `The article keeps ${maxAddresses} old addresses already, which is the most there can be.`;
  throw new DomainError('too-many-addresses', words, { max: maxAddresses });
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
