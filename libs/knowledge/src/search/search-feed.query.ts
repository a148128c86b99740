import { inTransaction, LogReader, readDatabaseIdentity, TenantDatabase } from '@guichet/event-sourcing';
import { type DocumentKey, indexedDocuments, type SearchChange } from '@guichet/search';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

const schema = 'read_model';

/** A text that is found otherwise since an event. */
export interface FoundChange extends DocumentKey {
  readonly tenantId: string;
  readonly position: number;
}

/** What a tenant's index has to have in it to be searched. */
export interface FoundSoFar {
  /** Of which tables: a rebuild makes others. */
  readonly build: string;
  /** The position of the last event after which something is found otherwise; 0 where there is none. */
  readonly position: number;
}

/** What an index outside of the database follows: the texts in the order in which they were found otherwise. */
@Injectable()
export class SearchFeed {
  constructor(
    private readonly pool: pg.Pool,
    private readonly database: TenantDatabase,
    private readonly log: LogReader,
  ) {}

  async soFar(tenantId: string): Promise<FoundSoFar> {
    const [row] = await this.database.query<{ build: string; position: string | null }>(tenantId, {
      name: 'found so far',
      text: `select ${buildOf} as build,
               (select max(found_position) from ${schema}.article_text where tenant_id = $1) as position`,
      values: [tenantId],
    });
    return { build: row?.build ?? '', position: Number(row?.position ?? 0) };
  }

  /** Of the tables that are read now, in this database: no other ones have the same name. */
  async build(): Promise<string> {
    const { rows } = await this.pool.query<{ build: string }>(`select ${buildOf} as build`);
    return rows[0]?.build ?? '';
  }

  async databaseId(): Promise<string> {
    const identity = await readDatabaseIdentity(this.pool);
    if (identity === undefined) throw new Error('The database does not say whose it is.');
    return identity.databaseId;
  }

  /** The last position of the log: nothing can follow from later ones. */
  end(): Promise<number> {
    return this.log.head();
  }

  /** In their order, after `position`: about `limit`, and all of the last position. Of all tenants. */
  after(position: number, limit: number): Promise<readonly FoundChange[]> {
    const begin = `begin read only; set local guichet.tenant_id = '*'`;
    return inTransaction(this.pool, begin, async (client) => {
      const { rows } = await client.query<Record<keyof FoundChange, string>>({
        name: 'found since',
        text: `select tenant_id as "tenantId", number, locale, found_position as position
               from ${schema}.article_text join ${schema}.article using (tenant_id, article_id)
               where found_position > $1 order by found_position fetch first $2 rows with ties`,
        values: [position, limit],
      });
      return rows.map((row) => ({ ...row, number: Number(row.number), position: Number(row.position) }));
    });
  }

  /** What is to be changed to have these as they are now. */
  changesOf(tenantId: string, keys: readonly DocumentKey[]): Promise<readonly SearchChange[]> {
    return this.database.snapshot(tenantId, async (session) => {
      const documents = await indexedDocuments({ session, schema, tenantId }, keys);
      const there = new Map(documents.map((document) => [nameOf(document), document]));
      return keys.map(({ number, locale }): SearchChange => {
        const document = there.get(nameOf({ number, locale }));
        return document ? { type: 'put', document } : { type: 'remove', key: { number, locale } };
      });
    });
  }
}

const buildOf = `'${schema}.article_text'::regclass::oid::text`;

const nameOf = ({ number, locale }: DocumentKey): string => `${number}/${locale}`;
