import { setTimeout as pause } from 'node:timers/promises';
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '../decider.js';
import { ConcurrencyConflict, StaleVersion } from '../errors.js';
import type { Appender } from './appender.js';
import type { CommandAnswers } from './command-answers.js';
import { fold, foldAppended, replay, toResult } from './command-result.js';
import { type KnownStream, KnownStreams } from './known-streams.js';
import type { StreamReader } from './stream-reader.js';
import { Turns } from './turns.js';
import type { CommandOptions, CommandResult, Loaded } from './types.js';

const maxAttempts = 10;

/** Carries out commands on streams: load, decide, append. See EventStore.transact. */
export class CommandRunner {
  private readonly turns = new Turns();
  private readonly known = new KnownStreams();

  constructor(
    private readonly streams: StreamReader,
    private readonly answers: CommandAnswers,
    private readonly appender: Appender,
  ) {}

  run<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    streamId: string,
    command: Command,
    options: CommandOptions,
  ): Promise<CommandResult> {
    const { context, commandId, acrossTenants = false } = options;
    // One at a time per stream: commands of this process would only overtake one another.
    const work = () =>
      this.turns.take(`${context.tenantId}/${streamId}`, () => this.carryOut(decider, streamId, command, options));
    if (commandId === undefined || !acrossTenants) return work();
    // One at a time: each holds a connection while its append waits for another one.
    return this.turns.take('across tenants', () =>
      this.answers.whereNoOtherTenantHas(commandId, context.tenantId, work),
    );
  }

  private async carryOut<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    streamId: string,
    command: Command,
    options: CommandOptions,
  ): Promise<CommandResult> {
    const { tenantId } = options.context;
    const known = this.known.get(tenantId, streamId);
    try {
      const done = known?.decider === decider && (await this.decideFrom(known, decider, streamId, command, options));
      return done || (await this.loadAndDecide(decider, streamId, command, options));
    } catch (error) {
      this.known.delete(tenantId, streamId);
      return this.unlessAnswered(options, error);
    }
  }

  /** A refusal of what was carried out before is none: the world has moved on since the first time. */
  async unlessAnswered(options: CommandOptions, error: unknown): Promise<CommandResult> {
    const refused = error instanceof DomainError || error instanceof StaleVersion;
    const earlier = refused ? await this.answers.find(options) : undefined;
    if (earlier === undefined) throw error;
    return earlier;
  }

  /**
   * Decides on what is believed of the stream. Only events that can be appended at its version prove the belief right:
   * nothing for a refusal, for "already so", and when others have written since.
   */
  private async decideFrom<State, Command extends DomainCommand, Event extends DomainEvent>(
    { state, version, eventIds }: KnownStream,
    decider: Decider<State, Command, Event>,
    streamId: string,
    command: Command,
    options: CommandOptions,
  ): Promise<CommandResult | undefined> {
    const { expectedVersion = version, commandId } = options;
    if (expectedVersion !== version || (commandId && eventIds.includes(commandId.toLowerCase()))) return undefined;
    try {
      const events = decider.decide(command, state as State);
      if (events.length === 0) return undefined;
      return await this.appendDecided(decider, { streamId, state: state as State, version, eventIds, events }, options);
    } catch (error) {
      if (error instanceof DomainError || error instanceof ConcurrencyConflict) return undefined;
      throw error;
    }
  }

  private async loadAndDecide<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    streamId: string,
    command: Command,
    options: CommandOptions,
  ): Promise<CommandResult> {
    const { context, expectedVersion, commandId, requestHash } = options;
    let loaded: Loaded<State> = { state: decider.initial, version: 0, position: 0 };
    const eventIds: string[] = [];
    for (let attempt = 1; ; attempt++) {
      const news = await this.streams.read(context.tenantId, streamId, loaded.version);
      for (const { eventId } of news) eventIds.push(eventId);
      if (commandId && news.some(({ eventId }) => eventId === commandId.toLowerCase())) {
        return replay(await this.streams.earlier({ commandId, requestHash, tenantId: context.tenantId }));
      }
      loaded = fold(decider, loaded, news);
      const { state, version, position } = loaded;
      if (expectedVersion !== undefined && version !== expectedVersion) {
        throw new StaleVersion(streamId, expectedVersion, version);
      }
      const events = decider.decide(command, state);
      if (events.length === 0)
        return this.answers.keep({ streamId, version, position, events: [], replayed: false }, options);
      try {
        return await this.appendDecided(decider, { streamId, state, version, eventIds, events }, options);
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
        if (expectedVersion !== undefined) throw new StaleVersion(streamId, expectedVersion, error.actual);
        if (attempt === maxAttempts) throw error;
      }
      // Other processes write to the stream too: do not meet them again in step.
      await pause(Math.random() * 2 ** attempt);
    }
  }

  private async appendDecided<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    { streamId, state, version, eventIds, events }: Decided<State, Event>,
    { context, commandId, requestHash }: CommandOptions,
  ): Promise<CommandResult> {
    const request = { streamId, expectedVersion: version, events, context, commandId, requestHash };
    const outcome = await this.appender.append(request);
    if (!outcome.stored) return outcome.earlier;
    const { stored, pending } = outcome;
    this.known.set(context.tenantId, streamId, {
      decider,
      state: foldAppended(decider, state, pending),
      version: version + events.length,
      eventIds: [...eventIds, ...pending.eventIds],
    });
    return toResult(request, pending, stored);
  }
}

/** What was decided on a stream in this state, at this version. */
interface Decided<State, Event> {
  readonly streamId: string;
  readonly state: State;
  readonly version: number;
  readonly eventIds: readonly string[];
  readonly events: readonly Event[];
}
