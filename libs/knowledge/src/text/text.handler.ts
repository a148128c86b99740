import { type CommandOptions, type CommandResult, EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { forbidden } from '@guichet/http-host';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { articleDecider, mustBeThere } from '../article/article.js';
import { libraryDecider, mustBeLanguage } from '../library/library.js';
import { ArticleReader } from './article-reader.runtime.js';
import {
  type RevisionFound,
  type SourceOfText,
  type TextCommand,
  textDecider,
  textStreamId,
  type Writing,
} from './text.js';

/** What a caller may do with texts, by their roles. */
export interface Rights {
  readonly personId: string;
  /** Texts in every language, not only in those that they translate into. */
  readonly writesAll: boolean;
  /** Whether or not authors may publish. */
  readonly publishes: boolean;
}

type Asked<Command> = Command extends { type: infer Type; data: infer Data }
  ? { readonly type: Type; readonly data: Omit<Data, 'article' | 'source' | 'fourEyes' | 'personId' | 'content'> }
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

@CommandHandler(WorkOnText)
export class TextHandler implements ICommandHandler<WorkOnText> {
  constructor(
    private readonly events: EventStore,
    private readonly reader: ArticleReader,
  ) {}

  /**
   * @throws DomainError `unknown-locale`, `render-too-slow` and what else no text may be (422), and what `decide` refuses
   * @throws Problem 403 `not-your-language`, `editors-publish`
   */
  execute({ command, rights, options }: WorkOnText): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { articleId, locale } = command.data;
    return this.events.once(options, async () => {
      const [{ state: library }, { state: article }] = await Promise.all([
        this.events.load(libraryDecider, tenantId, tenantId),
        this.events.load(articleDecider, tenantId, articleId),
      ]);
      // Before the version that the caller names is looked at: of what is not there, or another tenant's, there is none.
      mustBeThere(article);
      const { personId, writesAll, publishes } = rights;
      if (command.type === 'SaveDraft') mustBeLanguage(library.languages, locale);
      if (!writesAll && !library.translators.get(personId)?.includes(locale))
        throw forbidden('not-your-language', `You do not translate into ${locale}: an editor can let you.`);
      if (command.type === 'SaveDraft') await this.reader.mustBeReadable(command.data.body);
      const { editorsOnly, fourEyes } = library.review;
      if (command.type === 'PublishText' && editorsOnly && !publishes)
        throw forbidden('editors-publish', 'Submit the text: an editor reads and publishes it.');
      const source = await this.sourceOf(tenantId, articleId, locale, article.sourceLocale);
      const content = command.type === 'RestoreRevision' ? await this.contentOf(tenantId, command.data) : undefined;
      const found = { article, source, fourEyes, personId, ...(content !== undefined && { content }) };
      const asked = { type: command.type, data: { ...command.data, ...found } } as TextCommand;
      return this.events.transact(textDecider, textStreamId(articleId, locale), asked, options);
    });
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
