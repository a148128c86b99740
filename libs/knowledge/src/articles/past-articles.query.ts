import { type DomainEvent, EventStore } from '@guichet/event-sourcing';
import { Problem, unprocessable } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { articleDecider, type ArticleEvent, unknownArticle } from '../article/article.js';
import { categoriesDecider, type CategoryEvent } from '../category/categories.js';
import { libraryDecider, type LibraryEvent } from '../library/library.js';
import { textDecider, type TextEvent, textStreamId } from '../text/text.js';
import {
  articleAt,
  type ArticleHistory,
  firstPublishedAt,
  type PastArticle,
  type PastPublication,
} from './article-at.js';
import { type Shown, shownOf } from './shown.js';

export interface PastReading extends PastArticle {
  readonly shown: Shown<PastPublication>;
}

/** Articles as they were, from the log: what is read now is not asked. */
@Injectable()
export class PastArticles {
  constructor(private readonly events: EventStore) {}

  /**
   * What a reader of the language was shown at the instant; of an archived article too.
   * @param asked undefined for who says no language
   * @throws Problem 422 `as-of-in-future`; 404 `not-published-then`, with when it was published first
   */
  async read(tenantId: string, articleId: string, asOf: string, asked: string | undefined): Promise<PastReading> {
    mustHaveBeen(asOf);
    const history = await this.historyOf(tenantId, articleId);
    const past = articleAt(history, asOf);
    const shown = shownOf(asked, past.languages, past.article.sourceLocale, past.publications);
    if (shown === undefined) throw notPublishedThen(history, asOf);
    return { ...past, shown };
  }

  private async historyOf(tenantId: string, articleId: string): Promise<ArticleHistory> {
    const [article, library, categories] = await Promise.all([
      this.stream<ArticleEvent>(tenantId, `${articleDecider.category}-${articleId}`),
      this.stream<LibraryEvent>(tenantId, `${libraryDecider.category}-${tenantId}`),
      this.stream<CategoryEvent>(tenantId, `${categoriesDecider.category}-${tenantId}`),
    ]);
    const { isThere, sourceLocale } = article.reduce(
      (state, event) => articleDecider.evolve(state, event),
      articleDecider.initial,
    );
    if (!isThere) throw unknownArticle();
    const { everyLocale } = library.reduce(
      (state, event) => libraryDecider.evolve(state, event),
      libraryDecider.initial,
    );
    const texts = new Map<string, readonly TextEvent[]>();
    for (const locale of new Set([sourceLocale, ...everyLocale])) {
      const stream = `${textDecider.category}-${textStreamId(articleId, locale)}`;
      texts.set(locale, await this.stream<TextEvent>(tenantId, stream));
    }
    return { article, library, categories, texts };
  }

  private async stream<Event extends DomainEvent>(tenantId: string, streamId: string): Promise<readonly Event[]> {
    const events = await this.events.readStream(tenantId, streamId);
    return events.map(({ type, data }) => ({ type, data }) as Event);
  }
}

function mustHaveBeen(asOf: string): void {
  if (Date.parse(asOf) <= Date.now()) return;
  throw unprocessable('as-of-in-future', 'What an article will say is not known: name an instant that has been.', [
    { path: 'asOf', code: 'in-future', message: 'must not be later than now' },
  ]);
}

function notPublishedThen(history: ArticleHistory, asOf: string): Problem {
  const first = firstPublishedAt(history);
  const isBefore = first !== undefined && Date.parse(asOf) < Date.parse(first);
  return new Problem(404, 'not-published-then', {
    detail: isBefore
      ? `Nothing of the article was published then: the first text was published at ${first}.`
      : 'Nothing of the article was published then.',
    extensions: { firstPublishedAt: first ?? null },
  });
}
