import { LRUCache } from 'lru-cache';
import type { Decider, DomainCommand, DomainEvent } from './decider.js';
import { EventVersions } from './event-versions.js';
import type { RecordedEvent } from './recorded-event.js';
import { Appender } from './store/appender.js';
import { CommandAnswers } from './store/command-answers.js';
import { fold } from './store/command-result.js';
import { CommandRunner } from './store/command-runner.js';
import type { AppendRequest } from './store/pending-append.js';
import { StreamReader } from './store/stream-reader.js';
import type { CommandOptions, CommandResult, EventStoreOptions, Loaded } from './store/types.js';

/** The log of one service's database: appends are batched, positions dense and in commit order. */
export class EventStore {
  private readonly streams: StreamReader;
  private readonly answers: CommandAnswers;
  private readonly appender: Appender;
  private readonly commands: CommandRunner;
  private readonly versions: EventVersions;
  private readonly seen = new LRUCache<string, true>({ max: 4096, ttl: 10_000 });

  constructor(options: EventStoreOptions) {
    const { pool, versions = new EventVersions(), sealing } = options;
    this.versions = versions;
    this.streams = new StreamReader(pool, versions, sealing);
    this.answers = new CommandAnswers(pool, this.streams);
    this.appender = new Appender(options, versions, this.streams, this.answers);
    this.commands = new CommandRunner(this.streams, this.answers, this.appender);
  }

  /**
   * Appends all events or none. ConcurrencyConflict if the stream is at another version; UnstorablePayload;
   * CommandReused if one of the named ids is taken by something else. The same named ids in the same request are
   * answered as the first time.
   */
  async append(request: AppendRequest): Promise<Pick<CommandResult, 'streamId' | 'version' | 'position'>> {
    const { streamId, expectedVersion, events } = request;
    const { stored, ...before } = await this.appender.append(request);
    if (stored) return { streamId, version: expectedVersion + events.length, position: stored.position };
    const { earlier } = before as { earlier: CommandResult };
    return { streamId: earlier.streamId, version: earlier.version, position: earlier.position };
  }

  /** The events of a stream after a version, in order. Another tenant's stream is empty. */
  readStream(tenantId: string, streamId: string, afterVersion = 0): Promise<RecordedEvent[]> {
    return this.streams.read(tenantId, streamId, afterVersion);
  }

  /**
   * Whether the tenant has such a stream. That it has is remembered for ten seconds, because streams do not end; that
   * it has not is never.
   */
  async exists(tenantId: string, streamId: string): Promise<boolean> {
    const key = `${tenantId}/${streamId}`;
    if (this.seen.get(key)) return true;
    const exists = await this.streams.exists(tenantId, streamId);
    if (exists) this.seen.set(key, true);
    return exists;
  }

  async load<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    tenantId: string,
    id: string,
  ): Promise<Loaded<State>> {
    this.versions.mustKnow(decider);
    const nothing = { state: decider.initial, version: 0, position: 0 };
    return fold(decider, nothing, await this.readStream(tenantId, `${decider.category}-${id}`));
  }

  /**
   * Loads the stream `<category>-<id>`, decides, appends what was decided; again if somebody else wrote in between, up
   * to ten times (then ConcurrencyConflict), unless the caller named a version (then StaleVersion).
   *
   * With a commandId the command takes effect once, whoever repeats it, from wherever and whenever: a repetition with
   * the same requestHash is answered as the first time, with another one it is CommandReused. That a command led to no
   * events is kept for 30 days (with a requestHash only). A refusal is no answer: nothing was done, and the id is free.
   */
  transact<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    id: string,
    command: Command,
    options: CommandOptions,
  ): Promise<CommandResult> {
    this.versions.mustKnow(decider);
    return this.commands.run(decider, `${decider.category}-${id}`, command, options);
  }

  /**
   * The answer this command was given before; undefined if it is new. @throws CommandReused if it was another request.
   */
  answered(options: CommandOptions): Promise<CommandResult | undefined> {
    return this.answers.find(options);
  }

  /**
   * Work that ends in `transact`: what it refuses on the way there is not refused to a command that was carried out
   * before.
   */
  once(options: CommandOptions, work: () => Promise<CommandResult>): Promise<CommandResult> {
    return work().catch((error: unknown) => this.commands.unlessAnswered(options, error));
  }

  /** Takes no more appends; answers when all that were waiting are answered. */
  close(): Promise<void> {
    return this.appender.close();
  }
}
