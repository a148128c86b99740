import { type CommandOptions, type CommandResult, EventStore, uuid5 } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { asMember, type Caller } from '../topic/actors.store.js';
import { claimDecider } from './claim.js';
import { handleForm, handleIdOf } from './handle.js';
import { type MemberCommand, memberDecider } from './member.js';
import { Erasures } from '../erasure/erasures.store.js';
import { Members } from './members.store.js';

/** A person joins with a handle, or changes the one they have. */
export class ChooseHandle extends Command<CommandResult> {
  constructor(
    readonly chosen: { readonly handle: string; readonly locale: string; readonly at: string },
    readonly caller: Pick<Caller, 'tenantId' | 'subject' | 'isStaff'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(ChooseHandle)
export class ChooseHandleHandler implements ICommandHandler<ChooseHandle> {
  constructor(
    private readonly events: EventStore,
    private readonly members: Members,
    private readonly erasures: Erasures,
  ) {}

  /**
   * Claims the handle, then names the member. Who is interrupted between the two has the claim, and gets the handle when
   * they ask again.
   * @throws DomainError 422 as `handleForm`; 409 `handle-taken`, `handle-changed-lately`, `silenced`, `suspended`
   */
  execute({ chosen, caller, options }: ChooseHandle): Promise<CommandResult> {
    const { tenantId, subject, isStaff } = caller;
    const { locale, at } = chosen;
    return this.events.once(options, async () => {
      const handle = handleForm(chosen.handle, { isStaff });
      const memberId = await this.members.idFor(tenantId, subject);
      // Asked after it: a member who is being erased loses their id and is barred at the same moment.
      await this.erasures.mustNotBeBarred(tenantId, subject, at);
      const { state } = await this.events.load(memberDecider, tenantId, memberId);
      const named = { memberId, handle, handleId: handleIdOf(tenantId, handle), at };
      const command: MemberCommand = state.isThere
        ? { type: 'ChangeHandle', data: named }
        : { type: 'JoinForum', data: { ...named, locale } };
      const as = asMember(options, { memberId, level: 0, isModerator: false });
      // What is refused must not claim anything.
      memberDecider.decide(command, state);
      const claim = { type: 'TakeHandle', data: { memberId, at } } as const;
      const { context, commandId, requestHash } = as;
      const ofClaim = commandId === undefined ? {} : { commandId: uuid5(commandId, 'claim'), requestHash };
      await this.events.transact(claimDecider, named.handleId, claim, { context, ...ofClaim });
      return this.events.transact(memberDecider, memberId, command, as);
    });
  }
}

type ByModerator = Extract<
  MemberCommand,
  { type: 'GiveTrustLevel' | 'UnlockTrustLevel' | 'SilenceMember' | 'SuspendMember' | 'ReleaseMember' }
>;

/** A moderator decides on a member. */
export class ModerateMember extends Command<CommandResult> {
  constructor(
    readonly command: ByModerator,
    readonly caller: Pick<Caller, 'tenantId' | 'subject'>,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(ModerateMember)
export class ModerateMemberHandler implements ICommandHandler<ModerateMember> {
  constructor(
    private readonly events: EventStore,
    private readonly members: Members,
  ) {}

  /** @throws DomainError 404 `unknown-member`; and what `decide` refuses */
  execute({ command, caller, options }: ModerateMember): Promise<CommandResult> {
    return this.events.once(options, async () => {
      const byMemberId = await this.members.idOf(caller.tenantId, caller.subject);
      const decided = { ...command, data: { ...command.data, byMemberId } } as ByModerator;
      return this.events.transact(memberDecider, command.data.memberId, decided, options);
    });
  }
}
