import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Categories } from '../topics/categories.query.js';
import { type CategoryCommand, categoryDecider } from './category.js';

type Creation = Omit<Extract<CategoryCommand, { type: 'CreateForumCategory' }>['data'], 'categories'>;

/** A category that topics can be in. */
export class CreateCategory extends Command<CommandResult> {
  constructor(
    readonly creation: Creation,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(CreateCategory)
export class CreateCategoryHandler implements ICommandHandler<CreateCategory> {
  constructor(
    private readonly events: EventStore,
    private readonly categories: Categories,
  ) {}

  /** Those that are created at the same moment may not be counted yet. */
  execute({ creation, options }: CreateCategory): Promise<CommandResult> {
    return this.events.once(options, async () => {
      const categories = await this.categories.count(options.context.tenantId);
      const command = { type: 'CreateForumCategory', data: { ...creation, categories } } as const;
      return this.events.transact(categoryDecider, creation.categoryId, command, options);
    });
  }
}
