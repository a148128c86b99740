import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Articles } from '../articles/articles.query.js';
import { categoriesDecider } from './categories.js';

const waitMs = 5_000;

/** A category that nothing is in any more is shown no more. */
export class ArchiveCategory extends Command<CommandResult> {
  constructor(
    readonly archiving: { readonly categoryId: string; readonly at: string },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(ArchiveCategory)
export class ArchiveCategoryHandler implements ICommandHandler<ArchiveCategory> {
  constructor(
    private readonly events: EventStore,
    private readonly articles: Articles,
    private readonly freshness: Freshness,
  ) {}

  /** An article that is put there at the same moment stays: it is found by its number and by search. */
  execute({ archiving, options }: ArchiveCategory): Promise<CommandResult> {
    const { tenantId } = options.context;
    return this.events.once(options, async () => {
      await this.freshness.hasAllOfOwn('articles', waitMs);
      const articles = await this.articles.countIn(tenantId, archiving.categoryId);
      const command = { type: 'ArchiveCategory', data: { ...archiving, articles } } as const;
      return this.events.transact(categoriesDecider, tenantId, command, options);
    });
  }
}
