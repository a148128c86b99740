import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Actors, asMember, type Caller } from '../topic/actors.store.js';
import { ballotDecider, ballotStreamId, votesLeft } from './ballot.js';

/** A member puts one of their votes on an idea, or takes it back. */
export class WorkOnBallot extends Command<WorkedOnBallot> {
  constructor(
    readonly type: 'CastIdeaVote' | 'ReturnIdeaVote',
    readonly data: { readonly topicId: string; readonly at: string },
    readonly caller: Caller,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

export type WorkedOnBallot = CommandResult & { readonly votesLeft: number; readonly topicIds: readonly string[] };

@CommandHandler(WorkOnBallot)
export class BallotHandler implements ICommandHandler<WorkOnBallot> {
  constructor(
    private readonly events: EventStore,
    private readonly actors: Actors,
  ) {}

  /**
   * @throws DomainError 404 `unknown-topic`; 409 `not-an-idea`, `own-post`, `topic-locked`, `no-votes-left`
   * @throws Problem 409 `not-a-member`
   */
  async execute({ type, data, caller, options }: WorkOnBallot): Promise<WorkedOnBallot> {
    const { tenantId } = caller;
    const { topic, category } = await this.actors.readable(caller, data.topicId);
    const member = await this.actors.member(caller, category, data.at);
    const { memberId, level } = member;
    const id = ballotStreamId(tenantId, memberId);
    const vote = { ...data, memberId };
    const command =
      type === 'CastIdeaVote'
        ? ({ type, data: { ...vote, level, topic } } as const)
        : ({ type, data: { ...vote, why: 'withdrawn' } } as const);
    const result = await this.events.transact(ballotDecider, id, command, asMember(options, member));
    const { state } = await this.events.load(ballotDecider, tenantId, id);
    return { ...result, votesLeft: votesLeft(state, level), topicIds: [...state] };
  }
}
