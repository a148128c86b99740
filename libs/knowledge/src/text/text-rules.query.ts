import { EventStore } from '@guichet/event-sourcing';
import { forbidden } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { type Article, articleDecider, mustBeThere } from '../article/article.js';
import { type Library, libraryDecider, mustBeLanguage } from '../library/library.js';

/** What a caller may do with texts, by their roles. */
export interface Rights {
  readonly personId: string;
  /** Texts in every language, not only in those that they translate into. */
  readonly writesAll: boolean;
  /** Whether or not authors may publish. */
  readonly publishes: boolean;
}

/** Who may work on which text. */
@Injectable()
export class TextRules {
  constructor(private readonly events: EventStore) {}

  /**
   * What a text is decided with.
   * @param isNew whether something is written into it: its language must be one of today's
   * @throws DomainError `unknown-article` (404), `unknown-locale` (422)
   * @throws Problem 403 `not-your-language`
   */
  async find(
    tenantId: string,
    { articleId, locale }: { readonly articleId: string; readonly locale: string },
    { writesAll, personId }: Rights,
    { isNew }: { readonly isNew: boolean },
  ): Promise<{ readonly library: Library; readonly article: Article }> {
    const [{ state: library }, { state: article }] = await Promise.all([
      this.events.load(libraryDecider, tenantId, tenantId),
      this.events.load(articleDecider, tenantId, articleId),
    ]);
    mustBeThere(article);
    if (isNew) mustBeLanguage(library.languages, locale);
    if (!writesAll && !library.translators.get(personId)?.includes(locale))
      throw forbidden('not-your-language', `You do not translate into ${locale}: an editor can let you.`);
    return { library, article };
  }
}
