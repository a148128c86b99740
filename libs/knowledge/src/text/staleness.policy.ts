import { type CommandOptions, EventStore, type RecordedEvent, uuid5 } from '@guichet/event-sourcing';
import type { Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { articleDecider } from '../article/article.js';
import { libraryDecider } from '../library/library.js';
import { type SourceHistory, sourceHistory, stalenessOf } from './source-history.js';
import { textDecider, type TextEvent, textStreamId } from './text.js';

/**
 * Counts what translations lack: of all languages when a revision of the source is released, of one when it is published
 * or confirmed.
 */
@Injectable()
export class StalenessPolicy implements Policy {
  constructor(private readonly events: EventStore) {}

  async handle(event: RecordedEvent): Promise<void> {
    const { type, data } = { type: event.type, data: event.data } as TextEvent;
    if (type === 'TranslationReleased') return this.outdate(event, data.articleId, await this.everyLanguage(event));
    if (type === 'TranslationPublished' || type === 'TranslationConfirmed')
      return this.outdate(event, data.articleId, [data.locale]);
  }

  private async outdate(event: RecordedEvent, articleId: string, locales: readonly string[]): Promise<void> {
    const { tenantId } = event;
    const { state: article } = await this.events.load(articleDecider, tenantId, articleId);
    const translations = locales.filter((locale) => locale !== article.sourceLocale);
    if (translations.length === 0) return;
    const source = await this.events.readStream(tenantId, streamOf(articleId, article.sourceLocale));
    const history = sourceHistory(source.map(({ type, data }) => ({ type, data }) as TextEvent));
    for (const locale of translations) await this.outdateOne(event, articleId, locale, history);
  }

  private async outdateOne(
    event: RecordedEvent,
    articleId: string,
    locale: string,
    history: SourceHistory,
  ): Promise<void> {
    const { tenantId } = event;
    const { state } = await this.events.load(textDecider, tenantId, textStreamId(articleId, locale));
    const { follows = null } = state.published ?? {};
    const found = follows === null ? undefined : stalenessOf(history, follows);
    if (follows === null || found === undefined) return;
    const { sourceRevision, changedBlocks, changedWords, significance = null } = found;
    const counted = { follows, sourceRevision, changedBlocks, changedWords, significance };
    const { at } = event.data as { readonly at: string };
    const command = { type: 'OutdateText', data: { articleId, locale, at, ...counted } } as const;
    await this.events.transact(textDecider, textStreamId(articleId, locale), command, optionsFor(event, locale));
  }

  /** A text may be in a language that the library has had and has no more. */
  private async everyLanguage({ tenantId }: RecordedEvent): Promise<readonly string[]> {
    const { state } = await this.events.load(libraryDecider, tenantId, tenantId);
    return [...state.everyLocale];
  }
}

const streamOf = (articleId: string, locale: string): string =>
  `${textDecider.category}-${textStreamId(articleId, locale)}`;

const optionsFor = ({ eventId, tenantId, metadata }: RecordedEvent, locale: string): CommandOptions => ({
  context: {
    ...{ tenantId, actor: { kind: 'system', id: 'knowledge' }, causationId: eventId },
    ...{ correlationId: metadata.correlationId, traceparent: metadata.traceparent },
  },
  commandId: uuid5(eventId, `outdate/${locale}`),
});
