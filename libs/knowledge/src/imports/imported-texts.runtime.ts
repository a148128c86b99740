import { problemOfInstant } from '@guichet/contracts';
import { EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { keywordForm, lineForm, textForm } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { articleDecider } from '../article/article.js';
import { ArticleReader } from '../text/article-reader.runtime.js';
import { type SourceOfText, type TextContent, textDecider, textStreamId, type Writing } from '../text/text.js';
import type { ImportedArticle, ImportedRevision, ImportedText } from './imported-library.js';
import { hashOf, type Importing } from './importing.js';

/** As a draft that is saved by hand may have at most. */
const [longestTitle, longestSummary, mostKeywords, longestKeyword] = [300, 1_000, 50, 100];

export interface ArticleHere {
  readonly articleId: string;
  readonly number: number;
}

/** A revision of the import, and which one of the text here it has become. */
interface RevisionHere {
  readonly at: string;
  readonly revision: number;
  readonly isPublished: boolean;
}

interface Work {
  readonly importing: Importing;
  readonly key: string;
  readonly articleId: string;
  readonly locale: string;
  readonly sourceLocale: string;
  /** Of a translation: the source, as it came in. */
  readonly source: readonly (RevisionHere | undefined)[] | null;
  readonly linked: (body: string) => string;
}

/** Brings the texts of an article, each revision with its date: the source first, since translations follow it. */
@Injectable()
export class ImportedTexts {
  constructor(
    private readonly events: EventStore,
    private readonly reader: ArticleReader,
  ) {}

  async bring(
    importing: Importing,
    { key, sourceLocale, texts }: ImportedArticle,
    { articleId }: ArticleHere,
    linked: (body: string) => string,
  ): Promise<void> {
    let source: readonly (RevisionHere | undefined)[] | null = null;
    for (const text of texts) {
      const isSource = text.locale === sourceLocale;
      const work: Work = {
        importing,
        key,
        articleId,
        locale: text.locale,
        sourceLocale,
        source: isSource ? null : source,
        linked,
      };
      const here = await this.text(work, text);
      if (isSource) source = here;
    }
  }

  /** What an import has stored is known by its ids; what people have written since is left as it is. */
  private async text(work: Work, { revisions }: ImportedText): Promise<readonly (RevisionHere | undefined)[]> {
    const { importing, key, articleId, locale } = work;
    const stream = `text-${textStreamId(articleId, locale)}`;
    const events = await this.events.readStream(importing.tenantId, stream);
    const known = new Map(events.map((event) => [event.eventId, event]));
    const drafts = events.filter(({ type }) => type === 'TranslationDrafted') as readonly RecordedEvent<Writing>[];
    const isEdited = drafts.length > 0 && drafts.at(-1)?.data.origin !== 'import';
    const here: (RevisionHere | undefined)[] = [];
    for (const given of revisions) {
      const name = [key, locale, given.at, hashOf(given.title, given.summary, ...given.keywords, given.body)];
      const stored = known.get(importing.id('revision', ...name)) as RecordedEvent<Writing> | undefined;
      if (stored === undefined && isEdited) {
        const detail = 'Somebody has written here since: what is new in the import was left out';
        importing.findOnce({ code: 'edited-here', key, locale, detail });
        break;
      }
      const at = given.at <= importing.now ? given.at : importing.now;
      const revision = stored?.data.revision ?? (await this.save(work, given, at, name));
      if (revision === undefined) {
        here.push(undefined);
        continue;
      }
      const wasPublished = known.has(importing.id('publication', ...name));
      const mayPublish = !given.isDraft && !wasPublished && !isEdited;
      const isPublished = wasPublished || (mayPublish && (await this.publish(work, given, at, revision, name)));
      here.push({ at, revision, isPublished });
    }
    return here;
  }

  /** @returns the revision here; undefined where it was refused */
  private async save(
    work: Work,
    given: ImportedRevision,
    at: string,
    name: readonly string[],
  ): Promise<number | undefined> {
    const { importing, key, articleId, locale } = work;
    const content = contentOf(given, work.linked);
    const problem = problemOfInstant(at, Date.parse(importing.now) + 1);
    if (content === undefined || problem !== undefined) {
      const detail =
        problem === undefined
          ? 'A text needs a title of one line and a body that shows something'
          : `Its date ${problem}`;
      importing.findOnce({ code: 'text-refused', key, locale, detail });
      return undefined;
    }
    return importing.unlessRefused({ code: 'text-refused', key, locale }, async () => {
      await this.reader.mustBeReadable(content.body);
      const found = await this.found(work);
      const follows = this.followed(work, given, at);
      const { tenantId, source } = importing;
      const data = {
        ...{ articleId, locale, at, ...content, ...found, origin: 'import' as const, personId: `import:${source}` },
        ...(follows !== undefined && { follows }),
      };
      const options = importing.options(importing.id('revision', ...name));
      const id = textStreamId(articleId, locale);
      const result = await this.events.transact(textDecider, id, { type: 'SaveDraft', data }, options);
      importing.add(result);
      const [saved] = result.events as readonly RecordedEvent<Writing>[];
      return saved?.data.revision ?? (await this.events.load(textDecider, tenantId, id)).state.revision;
    });
  }

  /** Where its source is not published a translation stays a draft. */
  private async publish(
    work: Work,
    { significance = 'update' }: ImportedRevision,
    at: string,
    revision: number,
    name: readonly string[],
  ): Promise<boolean> {
    const { importing, key, articleId, locale } = work;
    const done = await importing.unlessRefused({ code: 'text-not-published', key, locale }, async () => {
      const found = await this.found(work);
      const rules = { personId: `import:${importing.source}`, fourEyes: false, release: true };
      const data = { articleId, locale, at, revision, significance, ...found, ...rules };
      const options = importing.options(importing.id('publication', ...name));
      const id = textStreamId(articleId, locale);
      importing.add(await this.events.transact(textDecider, id, { type: 'PublishText', data }, options));
      return true;
    });
    return done ?? false;
  }

  /** Named, or by time: the last one of the source that was published when it was written. */
  private followed({ source }: Work, { follows }: ImportedRevision, at: string): number | undefined {
    if (source === null) return undefined;
    const named = follows === undefined ? undefined : source[follows - 1];
    const published = source.filter((one) => one?.isPublished === true);
    const byTime = published.findLast((one) => one !== undefined && one.at <= at) ?? published[0];
    return (named?.isPublished === true ? named : byTime)?.revision;
  }

  private async found({ importing, articleId, sourceLocale, source }: Work) {
    const { tenantId } = importing;
    const { state: article } = await this.events.load(articleDecider, tenantId, articleId);
    if (source === null) return { article, source: null };
    const { state } = await this.events.load(textDecider, tenantId, textStreamId(articleId, sourceLocale));
    const { published, released, publications } = state;
    const isShown = published !== null && !published.isWithdrawn;
    const sourceOfText: SourceOfText = { published: isShown ? published.revision : null, released, publications };
    return { article, source: sourceOfText };
  }
}

/** In the forms that a draft has which is saved by hand; undefined for what has none. */
function contentOf(given: ImportedRevision, linked: (body: string) => string): TextContent | undefined {
  const title = lineForm(given.title.slice(0, longestTitle));
  const body = textForm(linked(given.body));
  if (title === undefined || body === undefined) return undefined;
  const summary = textForm(given.summary.slice(0, longestSummary)) ?? '';
  const keywords = given.keywords.flatMap((keyword) => keywordForm(keyword.trim().slice(0, longestKeyword)) ?? []);
  return { title, summary, keywords: [...new Set(keywords)].slice(0, mostKeywords), body };
}
