import { type Audience, audienceAt } from '@guichet/contracts';
import { type CommandOptions, type CommandResult, EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { forbidden } from '@guichet/http-host';
import { Freshness } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Article } from '../article/article.js';
import { Articles } from '../articles/articles.query.js';
import { categoriesDecider, effectiveAudience } from '../category/categories.js';
import { personalDataIn } from '../content/personal-data-in.js';
import { ArticleReader } from './article-reader.runtime.js';
import type { LinkedArticle } from './narrower-links.js';
import { type Rights, TextRules } from './text-rules.query.js';
import {
  type RevisionFound,
  type SourceOfText,
  type TextCommand,
  textDecider,
  textStreamId,
  type Writing,
} from './text.js';

/** Of a command: what is found here. */
type Found = ('article' | 'source' | 'fourEyes' | 'personId' | 'content') | ('personalData' | 'links');
type Asked<Command> = Command extends { type: infer Type; data: infer Data }
  ? { readonly type: Type; readonly data: Omit<Data, Found> }
  : never;

/** A command on the text of an article in one language; what it is decided with is found here. */
export class WorkOnText extends Command<CommandResult> {
  constructor(
    readonly command: Asked<Exclude<TextCommand, { type: 'OutdateText' }>>,
    readonly rights: Rights,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

const waitMs = 5_000;

@CommandHandler(WorkOnText)
export class TextHandler implements ICommandHandler<WorkOnText> {
  constructor(
    private readonly events: EventStore,
    private readonly rules: TextRules,
    private readonly reader: ArticleReader,
    private readonly articles: Articles,
    private readonly freshness: Freshness,
  ) {}

  /**
   * @throws DomainError `unknown-locale`, `render-too-slow` and what else no text may be (422), and what `decide` refuses
   * @throws Problem 403 `not-your-language`, `editors-publish`
   */
  execute({ command, rights, options }: WorkOnText): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { articleId, locale } = command.data;
    return this.events.once(options, async () => {
      // Before the version that the caller names is looked at: of what is not there, or another tenant's, there is none.
      const isNew = command.type === 'SaveDraft';
      const { library, article } = await this.rules.find(tenantId, { articleId, locale }, rights, { isNew });
      const { editorsOnly, fourEyes } = library.review;
      if (command.type === 'PublishText' && editorsOnly && !rights.publishes)
        throw forbidden('editors-publish', 'Submit the text: an editor reads and publishes it.');
      const source = await this.sourceOf(tenantId, articleId, locale, article.sourceLocale);
      const found = {
        ...{ article, source, fourEyes, personId: rights.personId },
        ...(await this.foundFor(tenantId, command, article)),
      };
      const asked = { type: command.type, data: { ...command.data, ...found } } as TextCommand;
      return this.events.transact(textDecider, textStreamId(articleId, locale), asked, options);
    });
  }

  /** What only some commands are decided with. */
  private async foundFor(tenantId: string, command: WorkOnText['command'], article: Article): Promise<object> {
    if (command.type === 'SaveDraft') {
      const { personalData } = await this.reader.mustBeReadable(command.data.body);
      return command.data.origin === 'person' ? { personalData: personalDataIn(command.data, personalData) } : {};
    }
    if (command.type === 'PublishText') {
      const { articleId, locale, revision } = command.data;
      const content = await this.contentOf(tenantId, { articleId, locale, from: revision });
      const to = content === null ? [] : await this.linkedBy(tenantId, content.body);
      return { links: { audience: await this.audienceOf(tenantId, article), to } };
    }
    return command.type === 'RestoreRevision' ? { content: await this.contentOf(tenantId, command.data) } : {};
  }

  private async audienceOf(tenantId: string, { categoryId, audience }: Article): Promise<Audience> {
    const { state: categories } = await this.events.load(categoriesDecider, tenantId, tenantId);
    return effectiveAudience(categories, categoryId, audience);
  }

  private async linkedBy(tenantId: string, body: string): Promise<readonly LinkedArticle[]> {
    const { articles: numbers } = await this.reader.mustBeReadable(body);
    if (numbers.length === 0) return [];
    await this.freshness.hasAllOfOwn('articles', waitMs);
    const rows = await this.articles.audiencesOf(tenantId, numbers);
    return rows.map(({ number, effective_audience }) => ({ number, audience: audienceAt(effective_audience) }));
  }

  private async sourceOf(
    tenantId: string,
    articleId: string,
    locale: string,
    sourceLocale: string,
  ): Promise<SourceOfText | null> {
    if (locale === sourceLocale) return null;
    const { state } = await this.events.load(textDecider, tenantId, textStreamId(articleId, sourceLocale));
    const { published, released, publications } = state;
    const isShown = published !== null && !published.isWithdrawn;
    return { published: isShown ? published.revision : null, released, publications };
  }

  /** What a revision says; null where there is none of that number. */
  private async contentOf(
    tenantId: string,
    { articleId, locale, from }: { readonly articleId: string; readonly locale: string; readonly from: number },
  ): Promise<RevisionFound | null> {
    const events = await this.events.readStream(tenantId, `${textDecider.category}-${textStreamId(articleId, locale)}`);
    const drafts = events.filter(({ type }) => type === 'TranslationDrafted') as readonly RecordedEvent<Writing>[];
    const draft = drafts.find(({ data }) => data.revision === from);
    if (draft === undefined) return null;
    const { title, summary, keywords, body, blocks, follows = null } = draft.data;
    return { title, summary, keywords, body, blocks, follows };
  }
}
