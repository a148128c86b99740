/** The Use: which articles were put into replies on one ticket, and what they said then. Pure. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import { mustBeThere } from '../article/article.js';

export interface Using {
  readonly ticketId: string;
  readonly articleId: string;
  readonly locale: string;
  readonly revision: number;
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type UseEvent = DomainEvent<'ArticleUsedInReply', Using>;

/** The article as it was found, with what people read of it in the language. */
export interface UsedArticle {
  readonly isThere: boolean;
  readonly isArchived: boolean;
  /** The revision that is published; null: nothing is, in no language that could stand in either. */
  readonly shown: Pick<Using, 'locale' | 'revision'> | null;
}

export type UseCommand = DomainCommand<
  'UseArticle',
  Omit<Using, 'locale' | 'revision'> & { readonly article: UsedArticle }
>;

/** Articles with language and revision. */
type Uses = ReadonlySet<string>;

/** Different articles, languages and revisions in the replies of one ticket at most. */
export const maxUses = 500;

const keyOf = ({ articleId, locale, revision }: Pick<Using, 'articleId' | 'locale' | 'revision'>): string =>
  `${articleId}.${locale}.${revision}`;

const evolve = (uses: Uses, { type, data }: UseEvent): Uses => {
  switch (type) {
    case 'ArticleUsedInReply':
      return new Set(uses).add(keyOf(data));
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ data }: UseCommand, uses: Uses): readonly UseEvent[] => {
  const { article, ticketId, articleId, at } = data;
  mustBeThere(article);
  if (article.isArchived) throw new DomainError('article-archived', 'The article is archived: its successor helps.');
  if (article.shown === null) throw notPublished();
  const { locale, revision } = article.shown;
  const using = { ticketId, articleId, locale, revision, at };
  if (uses.has(keyOf(using))) return [];
  if (uses.size >= maxUses) {
    const words = `${maxUses} articles were put into replies on the ticket, which is the most there can be.`;
    throw new DomainError('too-many-uses', words, { max: maxUses });
  }
  return [{ type: 'ArticleUsedInReply', data: using }];
};

export const notPublished = (): DomainError => new DomainError('not-published', 'Nothing of the article is published.');

export const useDecider: Decider<Uses, UseCommand, UseEvent> = {
  category: 'use',
  initial: new Set(),
  evolve,
  decide,
};
