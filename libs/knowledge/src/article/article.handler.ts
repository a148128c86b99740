import { type CommandOptions, type CommandResult, DomainError, EventStore, uuid5 } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArticleLists } from '../articles/lists.query.js';
import { categoriesDecider, mustTakeMore } from '../category/categories.js';
import { libraryDecider, mustBeLanguage } from '../library/library.js';
import { personalDataIn } from '../content/personal-data-in.js';
import { ArticleReader } from '../text/article-reader.runtime.js';
import { type TextCommand, type TextContent, textDecider, textStreamId } from '../text/text.js';
import { ArticleNumbers } from './article-numbers.store.js';
import { FollowedTickets, type TicketViewer } from './followed-tickets.query.js';
import { type ArticleCommand, articleDecider, type ArticleEvent, type Drafting } from './article.js';

type FirstDraft = Extract<TextCommand, { type: 'SaveDraft' }>;

/** The first draft that an article begins with. */
export interface FirstText extends TextContent {
  /** What of it looks like data of people and is to stay. */
  readonly acknowledged: readonly string[];
}

/** An article under the tenant's next number. */
export class DraftArticle extends Command<DraftedArticle> {
  constructor(
    /** `sourceLocale`: the library's if not given. */
    readonly drafting: Omit<Drafting, 'number' | 'sourceLocale'> & { readonly sourceLocale?: string },
    readonly text: FirstText | undefined,
    readonly author: TicketViewer,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

export interface DraftedArticle {
  readonly article: CommandResult;
  /** Of the first draft. */
  readonly text: CommandResult | undefined;
}

@CommandHandler(DraftArticle)
export class DraftArticleHandler implements ICommandHandler<DraftArticle> {
  constructor(
    private readonly events: EventStore,
    private readonly numbers: ArticleNumbers,
    private readonly tickets: FollowedTickets,
    private readonly reader: ArticleReader,
  ) {}

  /**
   * The article first, then its draft: whatever happens between the two, repeating the request with its
   * Idempotency-Key ends it.
   * @throws DomainError `unknown-locale`, `unknown-category`, `category-archived`, `unknown-ticket`,
   * `personal-data-found` and what else no text may be (422)
   * @throws Problem 403 `not-your-department`
   */
  async execute({ drafting, text, author, options }: DraftArticle): Promise<DraftedArticle> {
    const { tenantId } = options.context;
    const { articleId, categoryId, ticketId } = drafting;
    let firstDraft: FirstDraft | undefined;
    const article = await this.events.once(options, async () => {
      const { state: library } = await this.events.load(libraryDecider, tenantId, tenantId);
      const { sourceLocale = library.languages.source } = drafting;
      mustBeLanguage(library.languages, sourceLocale);
      if (categoryId !== null) {
        const { state: categories } = await this.events.load(categoriesDecider, tenantId, tenantId);
        mustTakeMore(categories, categoryId);
      }
      if (ticketId !== undefined) await this.tickets.mustSee(author, ticketId);
      firstDraft = text && (await this.firstDraft(drafting, sourceLocale, text, author.subject));
      const data = { ...drafting, sourceLocale, number: await this.numberFor(articleId, options) };
      return this.events.transact(articleDecider, articleId, { type: 'DraftArticle', data }, options);
    });
    return { article, text: firstDraft && (await this.save(firstDraft, options)) };
  }

  /** Refused before anything is written. */
  private async firstDraft(
    { articleId, at }: DraftArticle['drafting'],
    locale: string,
    text: FirstText,
    personId: string,
  ): Promise<FirstDraft> {
    const personalData = personalDataIn(text, (await this.reader.mustBeReadable(text.body)).personalData);
    const article = { isThere: true, isArchived: false, sourceLocale: locale };
    const data = {
      ...text,
      articleId,
      locale,
      at,
      article,
      source: null,
      origin: 'person',
      personId,
      personalData,
    } as const;
    textDecider.decide({ type: 'SaveDraft', data }, textDecider.initial);
    return { type: 'SaveDraft', data };
  }

  private save(draft: FirstDraft, { context, commandId, requestHash }: CommandOptions): Promise<CommandResult> {
    const { articleId, locale } = draft.data;
    const again = commandId !== undefined && {
      commandId: uuid5(commandId, 'text'),
      ...(requestHash && { requestHash }),
    };
    return this.events.transact(textDecider, textStreamId(articleId, locale), draft, { context, ...again });
  }

  /** A repeated request must not use up another number: it will be answered with the first one's. */
  private async numberFor(articleId: string, { context: { tenantId }, commandId }: CommandOptions): Promise<number> {
    if (commandId !== undefined) {
      const [first] = await this.events.readStream(tenantId, `${articleDecider.category}-${articleId}`);
      if (first !== undefined) return (first.data as Extract<ArticleEvent, { type: 'ArticleDrafted' }>['data']).number;
    }
    return this.numbers.next(tenantId);
  }
}

type DataOf<Type extends ArticleCommand['type']> = Extract<ArticleCommand, { type: Type }>['data'];

/** The article is shown no more; whoever asks for it is sent to its successor, if it has one. */
export class RetireArticle extends Command<CommandResult> {
  constructor(
    readonly command:
      | { readonly type: 'ArchiveArticle'; readonly data: Omit<DataOf<'ArchiveArticle'>, 'successor'> }
      | { readonly type: 'MergeArticle'; readonly data: Omit<DataOf<'MergeArticle'>, 'successor'> },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(RetireArticle)
export class RetireArticleHandler implements ICommandHandler<RetireArticle> {
  constructor(private readonly events: EventStore) {}

  execute({ command, options }: RetireArticle): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { type, data } = command;
    const successorId = type === 'MergeArticle' ? data.intoArticleId : data.successorId;
    return this.events.once(options, async () => {
      const found =
        successorId === undefined ? undefined : await this.events.load(articleDecider, tenantId, successorId);
      const decided = { type, data: { ...data, ...(found && { successor: found.state }) } } as ArticleCommand;
      return this.events.transact(articleDecider, data.articleId, decided, options);
    });
  }
}

/** The article goes into a category that takes articles, or into none. */
export class MoveArticle extends Command<CommandResult> {
  constructor(
    readonly moving: DataOf<'MoveArticle'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(MoveArticle)
export class MoveArticleHandler implements ICommandHandler<MoveArticle> {
  constructor(private readonly events: EventStore) {}

  /** @throws DomainError `unknown-category`, `category-archived` (422) */
  execute({ moving, options }: MoveArticle): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { articleId, categoryId } = moving;
    return this.events.once(options, async () => {
      if (categoryId !== null) {
        const { state: categories } = await this.events.load(categoriesDecider, tenantId, tenantId);
        mustTakeMore(categories, categoryId);
      }
      return this.events.transact(articleDecider, articleId, { type: 'MoveArticle', data: moving }, options);
    });
  }
}

/** An address that the article had elsewhere leads to it here. */
export class KeepAddress extends Command<CommandResult> {
  constructor(
    readonly address: DataOf<'KeepOldAddress'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

const waitMs = 5_000;

@CommandHandler(KeepAddress)
export class KeepAddressHandler implements ICommandHandler<KeepAddress> {
  constructor(
    private readonly events: EventStore,
    private readonly lists: ArticleLists,
    private readonly freshness: Freshness,
  ) {}

  /**
   * Of two that are kept at the same moment for one address the later counts.
   * @throws DomainError `address-taken` (409): it leads to another article
   */
  execute({ address, options }: KeepAddress): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { articleId, path } = address;
    return this.events.once(options, async () => {
      await this.freshness.hasAllOfOwn('articles', waitMs);
      const takenBy = await this.lists.address(tenantId, path);
      if (takenBy !== undefined && takenBy.article_id !== articleId) {
        const words = 'The address leads to another article already.';
        throw new DomainError('address-taken', words, { articleId: takenBy.article_id });
      }
      return this.events.transact(articleDecider, articleId, { type: 'KeepOldAddress', data: address }, options);
    });
  }
}
