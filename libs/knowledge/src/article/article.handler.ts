import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { categoriesDecider, mustTakeMore } from '../category/categories.js';
import { libraryDecider, mustBeLanguage } from '../library/library.js';
import { ArticleNumbers } from './article-numbers.store.js';
import { articleDecider, type ArticleEvent, type Drafting } from './article.js';

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

/** The article is shown no more; whoever asks for it is sent to its successor. */
export class ArchiveArticle extends Command<CommandResult> {
  constructor(
    readonly archiving: { readonly articleId: string; readonly successorId?: string; readonly at: string },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(ArchiveArticle)
export class ArchiveArticleHandler implements ICommandHandler<ArchiveArticle> {
  constructor(private readonly events: EventStore) {}

  execute({ archiving, options }: ArchiveArticle): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { articleId, successorId } = archiving;
    return this.events.once(options, async () => {
      const found =
        successorId === undefined ? undefined : await this.events.load(articleDecider, tenantId, successorId);
      const data = { ...archiving, ...(found && { successor: found.state }) };
      return this.events.transact(articleDecider, articleId, { type: 'ArchiveArticle', data }, options);
    });
  }
}
