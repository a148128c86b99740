import type { LogReader, Page } from '../log-reader.js';

/** Reads logs by pages, and the next page while the last one is being worked on. */
export class PageReader {
  private readonly ahead = new Map<LogReader, { after: number; page: Promise<Page> }>();

  constructor(private readonly pageSize: number) {}

  async read(log: LogReader, after: number): Promise<Page> {
    const ahead = this.ahead.get(log);
    this.ahead.delete(log);
    const page = await (ahead?.after === after ? ahead.page : log.readPage(after, this.pageSize));
    if (page.hasMore) this.prefetch(log, after + page.events.length);
    return page;
  }

  private prefetch(log: LogReader, after: number): void {
    const page = log.readPage(after, this.pageSize);
    // Its error is for whoever asks for the page; if nobody does, it does not matter.
    page.catch(() => {});
    this.ahead.set(log, { after, page });
  }
}
