import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { articleDecider } from '../article/article.js';
import { libraryDecider } from './library.js';
import type { Pin } from './search-settings.js';

/** The articles come first for a query, whatever forms its words have. */
export class PinAnswer extends Command<CommandResult> {
  constructor(
    readonly pin: Pin & { readonly at: string },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(PinAnswer)
export class PinAnswerHandler implements ICommandHandler<PinAnswer> {
  constructor(private readonly events: EventStore) {}

  /** @throws DomainError `unknown-article`, `unknown-locale`, `no-words` (422), `article-archived`, `too-many-pins` */
  execute({ pin, options }: PinAnswer): Promise<CommandResult> {
    const { tenantId } = options.context;
    return this.events.once(options, async () => {
      const found = await Promise.all(pin.articleIds.map((id) => this.events.load(articleDecider, tenantId, id)));
      const articles = found.map(({ state: { isThere, isArchived } }) => ({ isThere, isArchived }));
      const command = { type: 'PinAnswer', data: { ...pin, articles } } as const;
      return this.events.transact(libraryDecider, tenantId, command, options);
    });
  }
}
