import pg from 'pg';

/** What pg's client asks of whatever is sent, and how it hands on what comes back. Its types know no copying. */
interface Connection {
  query(text: string): void;
}

/** Rows and bytes of `copy … to stdout`, as they come from the server and untouched. */
export async function copyOut(client: pg.Client, statement: string): Promise<{ rows: number; bytes: number }> {
  const counted = { rows: 0, bytes: 0 };
  await new Promise<void>((resolve, reject) => {
    client.query({
      submit: (connection: Connection) => connection.query(statement),
      handleCopyData: ({ chunk }: { chunk: Buffer }) => {
        counted.rows++;
        counted.bytes += chunk.length;
      },
      handleCommandComplete: () => undefined,
      handleError: reject,
      handleReadyForQuery: () => resolve(),
    } as unknown as pg.Submittable);
  });
  return counted;
}
