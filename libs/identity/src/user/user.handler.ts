import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Profiles } from './profiles.store.js';
import { type UserCommand, userDecider } from './user.js';

/** One envelope for all commands on a person. Inviting one brings the profile along. */
export class HandleUser extends Command<CommandResult> {
  constructor(
    readonly userId: string,
    readonly command: UserCommand,
    readonly options: CommandOptions,
    readonly profile?: { readonly email: string; readonly name: string; readonly locale: string | null },
  ) {
    super();
  }
}

@CommandHandler(HandleUser)
export class UserHandler implements ICommandHandler<HandleUser> {
  constructor(
    private readonly events: EventStore,
    private readonly profiles: Profiles,
  ) {}

  /**
   * The profile first: without the events after it, it is nobody's, and the next try takes it over. A repeated
   * invitation is answered before: its profile is there, and may have changed since.
   */
  async execute({ userId, command, options, profile }: HandleUser): Promise<CommandResult> {
    const earlier = profile === undefined ? undefined : await this.events.answered(options);
    if (earlier !== undefined) return earlier;
    if (profile !== undefined) await this.profiles.add(options.context.tenantId, { userId, ...profile });
    return this.events.transact(userDecider, userId, command, options);
  }
}
