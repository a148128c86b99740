import {
  CommandReused,
  ConcurrencyConflict,
  DomainError,
  type EventContext,
  EventStore,
  UnstorablePayload,
} from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { handlingDecider } from '../handling/decide.js';
import { type ImportedStream, type Rejection, planImport } from './import-plan.js';
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
export class ImportHandlings extends Command<ImportResult> {
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
const streamIdOf = (ticketId: string): string => `${handlingDecider.category}-${ticketId}`;

@CommandHandler(ImportHandlings)
export class ImportHandlingsHandler implements ICommandHandler<ImportHandlings> {
  constructor(
    private readonly events: EventStore,
    private readonly stored: StoredStreams,
  ) {}

  /** Streams are stored side by side, so that the store has something to batch. */
  async execute({ source, streams, context }: ImportHandlings): Promise<ImportResult> {
    const plan = planImport(source, streams, Date.now());
    const stored = await this.find(context, ...plan.streams);
    const outcomes = await Promise.all(plan.streams.map((stream) => this.store(stream, stored(stream), context)));
    return {
      accepted: outcomes.reduce((sum, { accepted }) => sum + accepted, 0),
      skipped: outcomes.reduce((sum, { skipped }) => sum + skipped, 0),
      rejected: [...plan.rejected, ...outcomes.flatMap(({ rejected }) => rejected ?? [])],
      position: outcomes.reduce((last, { position }) => Math.max(last, position), 0),
    };
  }

  private async store(
    stream: ImportedStream,
    known: StoredStream,
    context: EventContext,
  ): Promise<Omit<ImportResult, 'rejected'> & { rejected?: Rejection }> {
    const { events } = stream;
    const streamId = streamIdOf(stream.ticketId);
    let { version, position, present, elsewhere } = known;
    let missing = events.filter(({ id }) => !present.has(id));
    let accepted = 0;
    const done = () => ({ accepted, skipped: events.length - missing.length - accepted, position });
    const refuse = (code: string, detail: string, eventId = missing[0]?.id) => {
      const index = events.findIndex(({ id }) => id === eventId);
      const before = accepted > 0 ? ' The events before it are stored.' : '';
      return { ...done(), rejected: { ticketId: stream.ticketId, index, code, detail: `${detail}${before}` } };
    };
    for (let attempt = 1; missing.length > 0;) {
      if (elsewhere !== undefined) return refuse('event-id-taken', 'The event id is in use elsewhere.', elsewhere);
      try {
        ({ version, position } = await this.events.append({
          streamId,
          expectedVersion: version,
          events: missing.map(({ type, data }) => ({ type, data })),
          eventIds: missing.map(({ id }) => id),
          actors: missing.map(({ actor }) => actor),
          context: { ...context, imported: true },
        }));
        accepted += missing.length;
        missing = [];
      } catch (error) {
        const [code, detail] = reasonOf(error, attempt) ?? [];
        if (code !== undefined && detail !== undefined) return refuse(code, detail);
        attempt += 1;
        ({ version, position, present, elsewhere } = (await this.find(context, stream))(stream));
        missing = missing.filter(({ id }) => !present.has(id));
      }
    }
    return done();
  }

  private find(context: EventContext, ...streams: ImportedStream[]): Promise<(stream: ImportedStream) => StoredStream> {
    return this.stored.find(context.tenantId, streams, streamIdOf);
  }
}

/** The rejection's code and detail, for an error that lies in the stream; undefined for what is worth another try. */
function reasonOf(error: unknown, attempt: number): readonly [code: string, detail: string] | undefined {
  if (error instanceof UnstorablePayload) return ['unstorable-payload', error.message];
  // Another tenant's ticket: no more is said than that the id cannot be had.
  if (error instanceof DomainError) return ['ticket-id-taken', 'The ticket id cannot be used.'];
  if (!(error instanceof ConcurrencyConflict || error instanceof CommandReused)) throw error;
  return attempt < maxAttempts ? undefined : ['concurrent-change', error.message];
}
