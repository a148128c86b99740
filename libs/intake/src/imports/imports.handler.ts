import {
  CommandReused,
  ConcurrencyConflict,
  DomainError,
  type EventContext,
  EventStore,
  LogReader,
  UnstorablePayload,
} from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ticketDecider } from '../ticket/ticket.js';
import { TicketNumbers } from '../ticket/ticket-number.store.js';
import { type ImportedEvent, type ImportedStream, planImport, type Rejection } from './import-plan.js';
import { type StoredStream, StoredStreams } from './stored-streams.store.js';

export interface ImportResult {
  /** Events stored by this request. */
  readonly accepted: number;
  /** Events that had been stored before. */
  readonly skipped: number;
  readonly rejected: readonly Rejection[];
  /** Of the last event stored or found, 0 for none. */
  readonly position: number;
}

/** Brings in facts from another system's log. They are not decided on: they have happened. */
export class ImportStreams extends Command<ImportResult> {
  constructor(
    readonly source: string,
    readonly streams: readonly unknown[],
    readonly context: EventContext,
  ) {
    super();
  }
}

/** How often a stream that somebody else writes to at the same time is tried again. */
const maxAttempts = 10;
const streamIdOf = (ticketId: string): string => `${ticketDecider.category}-${ticketId}`;

@CommandHandler(ImportStreams)
export class ImportStreamsHandler implements ICommandHandler<ImportStreams> {
  constructor(
    private readonly events: EventStore,
    private readonly log: LogReader,
    private readonly stored: StoredStreams,
    private readonly numbers: TicketNumbers,
  ) {}

  /** Streams are stored side by side, so that the store has something to batch. */
  async execute({ source, streams, context }: ImportStreams): Promise<ImportResult> {
    const plan = planImport(source, streams, Date.now());
    // Before the events are there: a ticket opened at the same time must not get one of their numbers.
    if (plan.highestOwnNumber > 0) await this.numbers.stayAheadOf(context.tenantId, plan.highestOwnNumber);
    const head = await this.log.head();
    const ids = plan.streams.map(({ ticketId }) => streamIdOf(ticketId));
    const stored = await this.stored.find(context.tenantId, ids);
    const outcomes = await Promise.all(
      plan.streams.map((stream) => this.store(stream, stored(streamIdOf(stream.ticketId)), head, context)),
    );
    return {
      accepted: outcomes.reduce((sum, { accepted }) => sum + accepted, 0),
      skipped: outcomes.reduce((sum, { skipped }) => sum + skipped, 0),
      rejected: [...plan.rejected, ...outcomes.flatMap(({ rejected }) => rejected ?? [])],
      position: outcomes.reduce((last, { position }) => Math.max(last, position), 0),
    };
  }

  /** Appends what is missing of one stream, in order. `head` is the log's, read before `known`. */
  private async store(
    stream: ImportedStream,
    known: StoredStream,
    head: number,
    context: EventContext,
  ): Promise<Omit<ImportResult, 'rejected'> & { readonly rejected?: Rejection }> {
    const { ticketId, events } = stream;
    let { version, position } = known;
    let missing = events.filter(({ id }) => !known.eventIds.has(id));
    let accepted = 0;
    const done = () => ({ accepted, skipped: events.length - missing.length - accepted, position });
    for (let attempt = 1; missing.length > 0;) {
      try {
        ({ version, position } = await this.append(ticketId, missing, version, head, context));
        accepted += missing.length;
        missing = [];
      } catch (error) {
        const code = codeOf(error, attempt);
        if (code !== undefined) return { ...done(), rejected: rejection(stream, missing[0]?.id, code, error) };
        attempt += 1;
        const now = (await this.stored.find(context.tenantId, [streamIdOf(ticketId)]))(streamIdOf(ticketId));
        ({ version, position } = now);
        missing = missing.filter(({ id }) => !now.eventIds.has(id));
      }
    }
    return done();
  }

  private async append(
    ticketId: string,
    events: readonly ImportedEvent[],
    expectedVersion: number,
    head: number,
    context: EventContext,
  ): Promise<{ version: number; position: number }> {
    const appended = await this.events.append({
      streamId: streamIdOf(ticketId),
      expectedVersion,
      events: events.map(({ type, data }) => ({ type, data })),
      eventIds: events.map(({ id }) => id),
      actors: events.map(({ actor }) => actor),
      context: { ...context, imported: true },
    });
    // The store answers for ids it knows as it did the first time: these were stored before, and not in this stream.
    if (appended.position <= head) throw new CommandReused(events[0]?.id ?? '');
    return appended;
  }
}

/** The rejection's code of an error that lies in the stream; undefined for a conflict that is worth another try. */
function codeOf(error: unknown, attempt: number): string | undefined {
  if (error instanceof UnstorablePayload) return 'unstorable-payload';
  if (error instanceof CommandReused) return 'event-id-taken';
  // The ticket is another tenant's: no more is said than that the id cannot be had.
  if (error instanceof DomainError) return 'ticket-id-taken';
  if (!(error instanceof ConcurrencyConflict)) throw error;
  return attempt < maxAttempts ? undefined : 'concurrent-change';
}

const details: Readonly<Record<string, string>> = {
  'event-id-taken': 'The event id stands in another ticket.',
  'ticket-id-taken': 'The ticket id cannot be used.',
};

function rejection(stream: ImportedStream, eventId: string | undefined, code: string, error: unknown): Rejection {
  const index = stream.events.findIndex(({ id }) => id === eventId);
  const before = index > 0 ? ' The events before it are stored.' : '';
  return { ticketId: stream.ticketId, index, code, detail: `${details[code] ?? (error as Error).message}${before}` };
}
