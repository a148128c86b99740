import type { FileKey } from '@guichet/files';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

/** What becomes of a file that was looked at. `later`: it is looked at again at that time. */
export type Verdict = 'keep' | 'forget' | { readonly later: Date };

/**
 * Which files the store of files may hold. These are plain rows and no events: a row is written before the content is,
 * so that content whose upload ended halfway is found, whatever kind of store holds it.
 */
@Injectable()
export class StoredFiles {
  constructor(private readonly pool: pg.Pool) {}

  /** The content is about to be stored; somebody looks at `lookAt` whether it is needed. */
  async expect({ tenantId, fileId }: FileKey, lookAt: Date): Promise<void> {
    await this.pool.query(
      `insert into stored_file values ($1, $2, $3)
       on conflict (tenant_id, file_id) do update set look_at = excluded.look_at`,
      [tenantId, fileId, lookAt],
    );
  }

  /**
   * Looks at the file that has been due longest and that no other process looks at. An upload of the same file waits.
   * @param decide may take the content away; an error leaves the row as it was
   * @returns false where no file is due
   */
  async lookAtNext(now: Date, decide: (key: FileKey) => Promise<Verdict>): Promise<boolean> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const { rows } = await client.query<{ tenant_id: string; file_id: string }>(
        `select tenant_id, file_id from stored_file where look_at <= $1
         order by look_at limit 1 for update skip locked`,
        [now],
      );
      const [row] = rows;
      if (row) await this.settle(client, row, await decide({ tenantId: row.tenant_id, fileId: row.file_id }));
      await client.query('commit');
      return row !== undefined;
    } catch (error) {
      await client.query('rollback').catch((lost: Error) => (broken = lost));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async settle(
    client: pg.ClientBase,
    { tenant_id: tenantId, file_id: fileId }: { readonly tenant_id: string; readonly file_id: string },
    verdict: Verdict,
  ): Promise<void> {
    const which = 'where tenant_id = $1 and file_id = $2';
    if (verdict === 'forget') await client.query(`delete from stored_file ${which}`, [tenantId, fileId]);
    else {
      const lookAt = verdict === 'keep' ? null : verdict.later;
      await client.query(`update stored_file set look_at = $3 ${which}`, [tenantId, fileId, lookAt]);
    }
  }
}
