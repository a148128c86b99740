import { TenantDatabase } from '@guichet/event-sourcing';
import type { FileType } from '@guichet/files';
import { Injectable } from '@nestjs/common';

export interface FileRow {
  readonly file_id: string;
  readonly name: string;
  readonly type: FileType;
  /** bigint, as pg reads it. */
  readonly bytes: string;
  readonly sha256: string;
  readonly added_at: Date;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

@Injectable()
export class Files {
  constructor(private readonly database: TenantDatabase) {}

  async find(tenantId: string, fileId: string): Promise<FileRow | undefined> {
    const [row] = await this.named(tenantId, [fileId]);
    return row;
  }

  /** Of these ids, those of files that are there. */
  named(tenantId: string, fileIds: readonly string[]): Promise<FileRow[]> {
    return this.database.query<FileRow & Record<string, unknown>>(tenantId, {
      name: 'files by id',
      text: `select file_id, name, type, bytes, sha256, added_at from read_model.file
             where tenant_id = $1 and file_id = any ($2::uuid[])`,
      values: [tenantId, fileIds.filter((id) => uuid.test(id))],
    });
  }

  /** Whether what people of this audience may read, and can read now, uses the file. */
  async isShown(tenantId: string, fileId: string, rank: number): Promise<boolean> {
    const rows = await this.database.query(tenantId, {
      name: 'file is shown',
      text: `select from read_model.file_use
               join read_model.publication using (tenant_id, article_id, locale, revision)
               join read_model.article using (tenant_id, article_id)
             where tenant_id = $1 and file_id = $2 and published_to is null and not archived
               and effective_audience <= $3 limit 1`,
      values: [tenantId, fileId, rank],
    });
    return rows.length > 0;
  }

  /** Whether any revision uses it, published or not: revisions stay, and may be published again. */
  async isUsed(tenantId: string, fileId: string): Promise<boolean> {
    const rows = await this.database.query(tenantId, {
      name: 'file is used',
      text: 'select from read_model.file_use where tenant_id = $1 and file_id = $2 limit 1',
      values: [tenantId, fileId],
    });
    return rows.length > 0;
  }
}
