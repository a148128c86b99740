import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { memberDecider } from '../member/member.js';
import { Members } from '../member/members.store.js';
import { asMember, type Caller } from '../topic/actors.store.js';

/** A member has themselves erased. */
export class EraseMe extends Command<CommandResult> {
  constructor(
    readonly handle: string,
    readonly at: string,
    readonly caller: Pick<Caller, 'tenantId' | 'subject'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(EraseMe)
export class EraseMeHandler implements ICommandHandler<EraseMe> {
  constructor(
    private readonly events: EventStore,
    private readonly members: Members,
  ) {}

  /** @throws Problem 409 `not-a-member`; DomainError 409 `handle-differs` */
  execute({ handle, at, caller, options }: EraseMe): Promise<CommandResult> {
    return this.events.once(options, async () => {
      // Whoever asks again is no member any more.
      const earlier = await this.events.answered(options);
      if (earlier) return earlier;
      const memberId = await this.members.mustBeMember(caller.tenantId, caller.subject);
      const as = asMember(options, { memberId, level: 0, isModerator: false });
      return this.events.transact(memberDecider, memberId, { type: 'EraseMember', data: { memberId, handle, at } }, as);
    });
  }
}
