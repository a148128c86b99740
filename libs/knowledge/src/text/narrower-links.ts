/** Links that lead readers of an article to what they may not read. Pure. */
import { type Audience, rankOf } from '@guichet/contracts';
import { DomainError } from '@guichet/event-sourcing';

/** An article that a text links to, with who may read it: the strictest of it and the categories above it. */
export interface LinkedArticle {
  readonly number: number;
  readonly audience: Audience;
}

export interface LinksOfArticle {
  /** Of the article that links: the strictest of its own and those of the categories above it. */
  readonly audience: Audience;
  readonly to: readonly LinkedArticle[];
}

/**
 * @param acknowledged numbers of the articles that may be linked to all the same
 * @throws DomainError `links-to-narrower-audience`, with the articles that are not among them
 */
export function mustReachReaders(links: LinksOfArticle | undefined, acknowledged: readonly number[] = []): void {
  if (links === undefined) return;
  const { audience, to } = links;
  const articles = to.filter((one) => rankOf(one.audience) > rankOf(audience) && !acknowledged.includes(one.number));
  if (articles.length === 0) return;
  const words =
    'The text links to articles that some of its readers may not read: to them the links are plain text. ' +
    'Take the links out, or name the articles in `acknowledgedLinks`.';
  throw new DomainError('links-to-narrower-audience', words, { audience, articles });
}
