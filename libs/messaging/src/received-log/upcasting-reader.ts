import { type Contracts, type PublicEvent, UnsupportedSchemaVersion } from '@guichet/contracts';
import { LogReader, type LogReaderOptions, type Page, type RecordedEvent } from '@guichet/event-sourcing';

/**
 * Reads received events as if they had been written under today's contracts; the log keeps what was sent. An event of a
 * version this reader does not know (left by a newer release) reads as Unreadable, so that its stream is parked.
 */
export class UpcastingReader extends LogReader {
  constructor(
    options: LogReaderOptions,
    private readonly contracts: Contracts,
  ) {
    super(options);
  }

  override async readPage(after: number, limit: number): Promise<Page> {
    const { events, hasMore } = await super.readPage(after, limit);
    return { events: events.map((event) => asOfToday(event, this.contracts)), hasMore };
  }

  override async at(positions: readonly number[]): Promise<RecordedEvent[]> {
    return (await super.at(positions)).map((event) => asOfToday(event, this.contracts));
  }

  override decode(rows: readonly (readonly string[])[]): RecordedEvent[] {
    return super.decode(rows).map((event) => asOfToday(event, this.contracts));
  }
}

function asOfToday(event: RecordedEvent, contracts: Contracts): RecordedEvent {
  const contract = contracts.of(event.type);
  if (!contract || contract.schemaVersion === event.schemaVersion) return event;
  const { type, schemaVersion, data } = event;
  try {
    const read = contracts.upcast({ type, schemaVersion, data } as PublicEvent);
    return { ...event, schemaVersion: read.schemaVersion, data: read.data };
  } catch (error) {
    if (!(error instanceof UnsupportedSchemaVersion)) throw error;
    const raw = Buffer.from(JSON.stringify(data)).toString('base64');
    return { ...event, type: 'Unreadable', schemaVersion: 1, data: { reason: error.message, raw } };
  }
}
