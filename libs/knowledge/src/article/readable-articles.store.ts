import { type Audience, rankOf } from '@guichet/contracts';
import { EventStore } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import { categoriesDecider, effectiveAudience } from '../category/categories.js';
import { type Article, articleDecider, unknownArticle } from './article.js';

/** Articles as commands find them, for who may read them. */
@Injectable()
export class ReadableArticles {
  constructor(private readonly events: EventStore) {}

  /**
   * @param audience the strictest that the caller belongs to
   * @throws DomainError `unknown-article` (404), also for one that is not for the caller
   */
  async find(tenantId: string, articleId: string, audience: Audience): Promise<Article> {
    const [{ state: article }, { state: categories }] = await Promise.all([
      this.events.load(articleDecider, tenantId, articleId),
      this.events.load(categoriesDecider, tenantId, tenantId),
    ]);
    const strictest = effectiveAudience(categories, article.categoryId, article.audience);
    if (!article.isThere || rankOf(strictest) > rankOf(audience)) throw unknownArticle();
    return article;
  }
}
