import {
  CommandReused,
  ConcurrencyConflict,
  type EventContext,
  type EventStore,
  UnstorablePayload,
} from '@guichet/event-sourcing';
import { Command, type ICommandHandler } from '@nestjs/cqrs';
import { type ImportedStream, type ImportPlan, type ImportRules, planImport, type Rejection } from './import-plan.js';
import type { StoredStream, StoredStreams } from './stored-streams.store.js';

export interface ImportResult {
  /** Events stored by this request. */
  readonly accepted: number;
  /** Events that had been stored before. */
  readonly skipped: number;
  readonly rejected: readonly Rejection[];
  /** Of the last event stored or found, 0 for none. */
  readonly position: number;
}
type Outcome = Omit<ImportResult, 'rejected'> & { readonly rejected?: Rejection };

/**
 * Brings in facts from another system's log. They are not decided on: they have happened. Each service has a class of
 * its own, because services of one process share the bus.
 */
export abstract class ImportStreams extends Command<ImportResult> {
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

/** Stores streams side by side, so that the event store has something to batch. */
export abstract class ImportHandler implements ICommandHandler<ImportStreams> {
  constructor(
    private readonly events: EventStore,
    private readonly stored: StoredStreams,
    private readonly category: string,
    private readonly rules: ImportRules,
  ) {}

  /** What has to be done before the events are there. */
  protected prepare?(plan: ImportPlan, context: EventContext): Promise<void>;

  /** Those of the tickets that are known from elsewhere than their own streams to have been opened here. */
  protected openedHere?(tenantId: string, ticketIds: readonly string[]): Promise<ReadonlySet<string>>;

  async execute({ source, streams, context }: ImportStreams): Promise<ImportResult> {
    const plan = planImport(this.rules, source, streams, Date.now());
    await this.prepare?.(plan, context);
    const stored = await this.find(context, ...plan.streams);
    const outcomes = await Promise.all(plan.streams.map((stream) => this.store(stream, stored(stream), context)));
    return {
      accepted: outcomes.reduce((sum, { accepted }) => sum + accepted, 0),
      skipped: outcomes.reduce((sum, { skipped }) => sum + skipped, 0),
      rejected: [...plan.rejected, ...outcomes.flatMap(({ rejected }) => rejected ?? [])],
      position: outcomes.reduce((last, { position }) => Math.max(last, position), 0),
    };
  }

  /** Appends what is missing of one stream, all or nothing. */
  private async store(stream: ImportedStream, known: StoredStream, context: EventContext): Promise<Outcome> {
    const { ticketId, events } = stream;
    const streamId = this.streamIdOf(ticketId);
    let now = known;
    for (let attempt = 1; ; attempt++) {
      const missing = events.filter(({ id }) => !now.present.has(id));
      const skipped = events.length - missing.length;
      const { version, position } = now;
      const refused = (code: string, detail: string, eventId = missing[0]?.id): Outcome => {
        const index = events.findIndex(({ id }) => id === eventId);
        return { accepted: 0, skipped, position, rejected: { ticketId, index, code, detail } };
      };
      if (missing.length === 0) return { accepted: 0, skipped, position };
      if (now.elsewhere !== undefined)
        return refused('event-id-taken', 'The event id stands in another ticket.', now.elsewhere);
      // People work on it here: an import must not put words into their mouths.
      if (!now.isImported)
        return refused(
          'ticket-not-imported',
          'The ticket was not brought in by an import: nothing can be added to it.',
        );
      try {
        const appended = await this.events.append({
          streamId,
          expectedVersion: version,
          events: missing.map(({ type, data }) => ({ type, data })),
          eventIds: missing.map(({ id }) => id),
          actors: missing.map(({ actor }) => actor),
          context: { ...context, imported: true },
        });
        if (appended.streamId === streamId) return { accepted: missing.length, skipped, position: appended.position };
      } catch (error) {
        const reason = reasonOf(error, attempt);
        if (reason !== undefined) return refused(...reason);
      }
      now = (await this.find(context, stream))(stream);
    }
  }

  private async find(
    { tenantId }: EventContext,
    ...streams: ImportedStream[]
  ): Promise<(stream: ImportedStream) => StoredStream> {
    const ticketIds = streams.map(({ ticketId }) => ticketId);
    const [stored, openedHere] = await Promise.all([
      this.stored.find(tenantId, streams, (ticketId) => this.streamIdOf(ticketId)),
      this.openedHere?.(tenantId, ticketIds),
    ]);
    return (stream) => {
      const found = stored(stream);
      return openedHere?.has(stream.ticketId) ? { ...found, isImported: false } : found;
    };
  }

  private streamIdOf(ticketId: string): string {
    return `${this.category}-${ticketId}`;
  }
}

/** The rejection's code and detail, for an error that lies in the stream; undefined for what is worth another try. */
function reasonOf(error: unknown, attempt: number): readonly [code: string, detail: string] | undefined {
  if (error instanceof UnstorablePayload) return ['unstorable-payload', error.message];
  if (!(error instanceof ConcurrencyConflict || error instanceof CommandReused)) throw error;
  return attempt < maxAttempts ? undefined : ['concurrent-change', error.message];
}
