import { type CommandOptions, type CommandResult, DomainError, EventStore } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ArticleLists } from '../articles/lists.query.js';
import { categoriesDecider, mustTakeMore } from '../category/categories.js';
import { libraryDecider, mustBeLanguage } from '../library/library.js';
import { ArticleNumbers } from './article-numbers.store.js';
import { type ArticleCommand, articleDecider, type ArticleEvent, type Drafting } from './article.js';

/** An article under the tenant's next number. */
export class DraftArticle extends Command<CommandResult> {
  constructor(
    /** `sourceLocale`: the library's if not given. */
    readonly drafting: Omit<Drafting, 'number' | 'sourceLocale'> & { readonly sourceLocale?: string },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(DraftArticle)
export class DraftArticleHandler implements ICommandHandler<DraftArticle> {
  constructor(
    private readonly events: EventStore,
    private readonly numbers: ArticleNumbers,
  ) {}

  /** @throws DomainError `unknown-locale`, `unknown-category`, `category-archived` (422) */
  execute({ drafting, options }: DraftArticle): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { articleId, categoryId } = drafting;
    return this.events.once(options, async () => {
      const { state: library } = await this.events.load(libraryDecider, tenantId, tenantId);
      const { sourceLocale = library.languages.source } = drafting;
      mustBeLanguage(library.languages, sourceLocale);
      if (categoryId !== null) {
        const { state: categories } = await this.events.load(categoriesDecider, tenantId, tenantId);
        mustTakeMore(categories, categoryId);
      }
      const data = { ...drafting, sourceLocale, number: await this.numberFor(articleId, options) };
      return this.events.transact(articleDecider, articleId, { type: 'DraftArticle', data }, options);
    });
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
