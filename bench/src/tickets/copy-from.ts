/** COPY … FROM STDIN over a connection of pg, which has the messages but no way to send them. */
import type pg from 'pg';

interface CopyConnection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
  readonly stream: { readonly writableNeedDrain: boolean; once(event: 'drain', then: () => void): void };
}

/** Rows in one statement, as `text` lines of the format that `statement` names. */
export function copyFrom(client: pg.ClientBase, statement: string, chunks: Iterable<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = new CopyFrom(statement, chunks, (error) => (error ? reject(error) : resolve()));
    (client as unknown as { query(query: CopyFrom): void }).query(copy);
  });
}

/** What pg calls a query: it is told of each message of the server. */
class CopyFrom {
  constructor(
    private readonly statement: string,
    private readonly chunks: Iterable<Buffer>,
    private readonly done: (error?: Error) => void,
  ) {}

  submit(connection: CopyConnection): void {
    connection.query(this.statement);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    void this.send(connection).catch((error: unknown) => connection.sendCopyFail(String(error)));
  }

  handleCommandComplete(): void {
    // Told as well by handleReadyForQuery.
  }

  handleReadyForQuery(): void {
    this.done();
  }

  handleError(error: Error): void {
    this.done(error);
  }

  private async send(connection: CopyConnection): Promise<void> {
    for (const chunk of this.chunks) {
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain) {
        await new Promise<void>((resolve) => connection.stream.once('drain', resolve));
      }
    }
    connection.endCopyFrom();
  }
}
