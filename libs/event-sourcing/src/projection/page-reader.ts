import type { LogReader } from '../log-reader.js';
import type { RecordedEvent } from '../recorded-event.js';

/** Reads logs by pages, and the next page while the last one is being worked on. */
export class PageReader {
  private readonly ahead = new Map<LogReader, { after: number; page: Promise<RecordedEvent[]> }>();

  constructor(private readonly pageSize: number) {}

  async read(log: LogReader, after: number): Promise<RecordedEvent[]> {
    const ahead = this.ahead.get(log);
    this.ahead.delete(log);
    const events = await (ahead?.after === after ? ahead.page : log.read(after, this.pageSize));
    // A full page: there is more.
    if (events.length === this.pageSize) this.prefetch(log, after + events.length);
    return events;
  }

  private prefetch(log: LogReader, after: number): void {
    const page = log.read(after, this.pageSize);
    // Its error is for whoever asks for the page; if nobody does, it does not matter.
    page.catch(() => {});
    this.ahead.set(log, { after, page });
  }
}
