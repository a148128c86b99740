/**
 * A base backup over PostgreSQL's replication protocol: what pg_basebackup asks for. The server decides what belongs to
 * it, in which order, with which part of the write-ahead log; here it is only put into files.
 * https://www.postgresql.org/docs/current/protocol-replication.html#PROTOCOL-REPLICATION-BASE-BACKUP
 */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg, { type Connection } from 'pg';
import { LocalPostgresError } from '../errors.js';

export interface BaseBackup {
  /** Places in the write-ahead log. The backup is of the instant of `end`. */
  readonly wal: { readonly start: string; readonly end: string };
  /** `18.4` */
  readonly postgresVersion: string;
}

export interface BaseBackupFiles {
  /** Gets the database as one compressed tar archive. */
  readonly archive: string;
  /** Gets PostgreSQL's own list of the files in it, with their checksums. */
  readonly fileList: string;
}

export interface Progress {
  readonly bytes: number;
  /** As the server estimated at the beginning. */
  readonly ofBytes: number;
}

const command =
  "BASE_BACKUP (LABEL 'guichet', PROGRESS true, CHECKPOINT 'fast', WAL true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')";

/** @throws LocalPostgresError when part of the database lies outside the data folder; what the server says otherwise */
export async function takeBaseBackup(
  adminUrl: string,
  { archive, fileList }: BaseBackupFiles,
  onProgress?: (progress: Progress) => void,
): Promise<BaseBackup> {
  const client = new pg.Client({ connectionString: replicationUrl(adminUrl), application_name: 'guichet-backup' });
  await client.connect();
  try {
    const answer = await client.query<{ server_version: string }>('SHOW server_version');
    const reply = new BaseBackupReply(onProgress);
    const output = createWriteStream(archive, { flags: 'wx', mode: 0o600, flush: true });
    const written = pipeline(reply.archive, createGzip({ level: 1 }), output);
    client.query(reply);
    const [wal] = await Promise.all([reply.done, written]);
    await writeFile(fileList, Buffer.concat(reply.fileList), { flag: 'wx', mode: 0o600, flush: true });
    return { wal, postgresVersion: answer.rows[0]?.server_version ?? '' };
  } finally {
    await client.end();
  }
}

function replicationUrl(adminUrl: string): string {
  const url = new URL(adminUrl);
  url.searchParams.set('replication', 'true');
  return url.href;
}

/** The server's answer as it comes, given to pg in place of a query. */
class BaseBackupReply implements pg.Submittable {
  readonly archive: Readable;
  readonly fileList: Buffer[] = [];
  readonly done: Promise<BaseBackup['wal']>;
  private readonly places: string[] = [];
  private archives = 0;
  private inFileList = false;
  private ofBytes = 0;
  private connection: Connection | undefined;
  private resolve!: (wal: BaseBackup['wal']) => void;
  private reject!: (error: unknown) => void;

  constructor(private readonly onProgress: ((progress: Progress) => void) | undefined) {
    this.archive = new Readable({ read: () => void this.connection?.stream.resume() });
    this.done = new Promise((resolve, reject) => {
      [this.resolve, this.reject] = [resolve, reject];
    });
  }

  submit(connection: Connection): void {
    this.connection = connection;
    connection.query(command);
  }

  /** Three tables come: where it starts, the sizes of the tablespaces, and, at the end, where it ends. */
  handleDataRow({ fields }: { readonly fields: readonly (Buffer | string | null)[] }): void {
    const [first, second, third] = fields.map((field) => field?.toString() ?? '');
    if (fields.length === 2) this.places.push(first ?? '');
    else if (first === '') this.ofBytes = Number(third) * 1024;
    else this.fail(elsewhere(second ?? ''));
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const kind = String.fromCharCode(chunk[0] ?? 0);
    if (kind === 'n' && ++this.archives > 1) this.fail(elsewhere('a tablespace'));
    if (kind === 'm') this.inFileList = true;
    if (kind === 'p') this.onProgress?.({ bytes: Number(chunk.readBigInt64BE(1)), ofBytes: this.ofBytes });
    if (kind !== 'd') return;
    const data = Buffer.from(chunk.subarray(1)); // pg writes over it with what comes next
    if (this.inFileList) this.fileList.push(data);
    else if (!this.archive.push(data)) this.connection?.stream.pause();
  }

  handleReadyForQuery(): void {
    const [start, end] = this.places;
    if (start === undefined || end === undefined) return this.fail(new Error('The server sent no whole backup.'));
    this.archive.push(null);
    this.resolve({ start, end });
  }

  handleError(error: Error): void {
    this.fail(error);
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}

  private fail(error: Error): void {
    this.archive.destroy(error);
    this.reject(error);
  }
}

function elsewhere(place: string): LocalPostgresError {
  const message = `Part of the database is outside the data folder (${place}). Back it up with PostgreSQL's own tools.`;
  return new LocalPostgresError('failed', message);
}
