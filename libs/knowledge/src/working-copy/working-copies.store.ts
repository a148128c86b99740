import { DomainError, StaleVersion, TenantDatabase } from '@guichet/event-sourcing';
import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';

/** Working copies of a person at most. */
export const maxWorkingCopies = 100;
/** Days after which a working copy is removed that nobody has kept again. */
export const workingCopyDays = 30;

/** Whose text is being written. */
export interface CopyKey {
  readonly personId: string;
  readonly articleId: string;
  readonly locale: string;
}

export interface CopyContent {
  /** Version of the text that the writing began from; 0: there was none. */
  readonly basedOn: number;
  /** Of a translation: the revision of the source that it renders; null: not said. */
  readonly follows: number | null;
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly body: string;
}

export interface CopyRow {
  readonly version: number;
  readonly based_on: number;
  readonly follows: number | null;
  readonly title: string;
  readonly summary: string;
  readonly keywords: string[];
  readonly body: string;
  readonly kept_at: Date;
}

export type ListedCopy = Pick<CopyRow, 'title' | 'kept_at' | 'based_on'> & {
  readonly article_id: string;
  readonly locale: string;
};

/**
 * What people are writing and have not saved: one copy a person, article and language. Plain rows: they are in no log,
 * and go with the draft that is saved, or when they are old.
 */
@Injectable()
export class WorkingCopies {
  constructor(
    private readonly database: TenantDatabase,
    @Inject(pg.Pool) private readonly pool: pg.Pool,
  ) {}

  async find(tenantId: string, { personId, articleId, locale }: CopyKey): Promise<CopyRow | undefined> {
    const [row] = await this.database.query<CopyRow>(tenantId, {
      name: 'working copy',
      text: `select version, based_on, follows, title, summary, keywords, body, kept_at from working_copy
             where tenant_id = $1 and person_id = $2 and article_id = $3 and locale = $4`,
      values: [tenantId, personId, articleId, locale],
    });
    return row;
  }

  /** All of a person, newest first. */
  list(tenantId: string, personId: string): Promise<ListedCopy[]> {
    return this.database.query<ListedCopy>(tenantId, {
      name: 'working copies of a person',
      text: `select article_id, locale, title, based_on, kept_at from working_copy
             where tenant_id = $1 and person_id = $2 order by kept_at desc, article_id, locale limit $3`,
      values: [tenantId, personId, maxWorkingCopies],
    });
  }

  /**
   * What is there already, word for word, keeps its version: a request that is repeated changes nothing.
   * @param expected the version that is there, 0 for none; undefined: whatever is there is replaced
   * @returns the version that holds the content
   * @throws StaleVersion
   * @throws DomainError `too-many-working-copies`
   */
  keep(tenantId: string, key: CopyKey, content: CopyContent, expected?: number): Promise<number> {
    const { personId, articleId, locale } = key;
    const { basedOn, follows, title, summary, keywords, body } = content;
    return this.database.transaction(tenantId, async (client) => {
      // One at a time a person, so that the versions and the limit are exact.
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `working-copy/${tenantId}/${personId}`,
      ]);
      const { rows } = await client.query<{ version: number | null; same: boolean | null; copies: number }>(
        `select count(*)::int as copies, max(version) filter (where article_id = $3 and locale = $4) as version,
           bool_or((based_on, follows, title, summary, keywords, body)
             is not distinct from ($5::int, $6::int, $7::text, $8::text, $9::text[], $10::text))
             filter (where article_id = $3 and locale = $4) as same
         from working_copy where tenant_id = $1 and person_id = $2`,
        [tenantId, personId, articleId, locale, basedOn, follows, title, summary, keywords, body],
      );
      const { version = null, copies = 0, same } = rows[0] ?? {};
      if (version !== null && same === true) return version;
      if (expected !== undefined && expected !== (version ?? 0)) throw stale(key, expected, version ?? 0);
      if (version === null && copies >= maxWorkingCopies) throw tooMany();
      return replace(client, tenantId, key, content, (version ?? 0) + 1);
    });
  }

  /** Whatever copy is there is replaced. @returns its version; null where the person has too many of other texts */
  async keepIfThereIsRoom(tenantId: string, key: CopyKey, content: CopyContent): Promise<number | null> {
    try {
      return await this.keep(tenantId, key, content);
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  /** @throws StaleVersion */
  async remove(tenantId: string, { personId, articleId, locale }: CopyKey, expected?: number): Promise<void> {
    await this.database.transaction(tenantId, async (client) => {
      const { rows } = await client.query<{ version: number }>(
        `delete from working_copy where tenant_id = $1 and person_id = $2 and article_id = $3 and locale = $4
         returning version`,
        [tenantId, personId, articleId, locale],
      );
      const [row] = rows;
      if (row === undefined || expected === undefined || row.version === expected) return;
      throw stale({ personId, articleId, locale }, expected, row.version); // and the row stays
    });
  }

  /** Of all tenants, the oldest first. @returns how many were removed, `limit` at most */
  async removeOld(limit: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      `delete from working_copy where ctid = any (array(
         select ctid from working_copy where kept_at < clock_timestamp() - make_interval(days => $1)
         order by kept_at limit $2 for update skip locked))`,
      [workingCopyDays, limit],
    );
    return rowCount ?? 0;
  }
}

async function replace(
  client: pg.PoolClient,
  tenantId: string,
  { personId, articleId, locale }: CopyKey,
  { basedOn, follows, title, summary, keywords, body }: CopyContent,
  version: number,
): Promise<number> {
  await client.query(
    `insert into working_copy (tenant_id, person_id, article_id, locale, version, based_on, follows, title, summary,
       keywords, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (tenant_id, person_id, article_id, locale) do update set version = excluded.version,
       based_on = excluded.based_on, follows = excluded.follows, title = excluded.title, summary = excluded.summary,
       keywords = excluded.keywords, body = excluded.body, kept_at = excluded.kept_at`,
    [tenantId, personId, articleId, locale, version, basedOn, follows, title, summary, keywords, body],
  );
  return version;
}

const stale = ({ articleId, locale }: CopyKey, expected: number, actual: number): StaleVersion =>
  new StaleVersion(`working copy of ${articleId}.${locale}`, expected, actual);

const tooMany = (): DomainError =>
  new DomainError(
    'too-many-working-copies',
    `You have ${maxWorkingCopies} working copies, which is the most there can be: save or remove one first.`,
    { max: maxWorkingCopies },
  );
