import { type Audience, audiences, rankOf } from '@guichet/contracts';
import { Injectable } from '@nestjs/common';
import { chainOf } from '../library/fallback.js';
import { type FoundArticle, Searches } from '../search/search.query.js';

/**
 * How much of what was asked an article has to answer (a hit's `match`, 0 to 1) to be suggested, or to count as an
 * answer to a ticket's subject. Chosen on the labelled sets of docs/search.md: see docs/search.md, "Suggestions".
 */
export const leastMatch = 0.2;
export const maxSuggestions = 5;
/** Characters of a message that are looked at: what it is about comes first. */
const maxLookedAt = 1_000;

export interface Asked {
  readonly subject: string;
  readonly body?: string;
  readonly locale: string;
  readonly audience: Audience;
}

@Injectable()
export class Suggestions {
  constructor(private readonly searches: Searches) {}

  /**
   * At most five articles that answer the subject, the best first; where none does, those that answer the beginning of
   * the body.
   */
  async of(tenantId: string, asked: Asked): Promise<readonly FoundArticle[]> {
    const found = await this.answering(tenantId, asked, asked.subject);
    if (found.length > 0 || asked.body === undefined) return found;
    return this.answering(tenantId, asked, asked.body.slice(0, maxLookedAt));
  }

  private async answering(
    tenantId: string,
    { locale, audience }: Asked,
    text: string,
  ): Promise<readonly FoundArticle[]> {
    const languages = await this.searches.languages(tenantId);
    const wanted = locale === 'und' ? languages.source : locale;
    const { hits } = await this.searches.search(tenantId, {
      ...{ text, locales: chainOf(wanted, languages, languages.source), limit: maxSuggestions },
      audiences: audiences.slice(0, rankOf(audience) + 1),
    });
    return hits.filter(({ match }) => match >= leastMatch);
  }
}
