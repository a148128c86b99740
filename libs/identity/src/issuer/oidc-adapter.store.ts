import type { Adapter, AdapterPayload } from 'oidc-provider';
import type pg from 'pg';

interface Row {
  readonly payload: AdapterPayload;
  readonly consumed: string | null;
}

const columns = 'payload, extract(epoch from consumed_at)::bigint as consumed';

/**
 * Where oidc-provider keeps its sessions, grants and codes: plain rows that expire, on purpose not events. They are the
 * protocol's short-lived state, and a code or session must be gone when it is gone.
 */
export class OidcAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly pool: pg.Pool,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const { grantId, userCode, uid } = payload;
    await this.pool.query(
      `insert into oidc_model (model, id, payload, grant_id, user_code, uid, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
       on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
         user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`,
      [this.model, id, payload, grantId ?? null, userCode ?? null, uid ?? null, expiresInSeconds ?? null],
    );
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.first('id', id);
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.first('user_code', userCode);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.first('uid', uid);
  }

  async consume(id: string): Promise<void> {
    await this.pool.query('update oidc_model set consumed_at = now() where model = $1 and id = $2', [this.model, id]);
  }

  async destroy(id: string): Promise<void> {
    await this.pool.query('delete from oidc_model where model = $1 and id = $2', [this.model, id]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.pool.query('delete from oidc_model where grant_id = $1', [grantId]);
  }

  private async first(column: 'id' | 'user_code' | 'uid', value: string): Promise<AdapterPayload | undefined> {
    const { rows } = await this.pool.query<Row>(
      `select ${columns} from oidc_model
        where model = $1 and ${column} = $2 and (expires_at is null or expires_at > now())`,
      [this.model, value],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    return row.consumed === null ? row.payload : { ...row.payload, consumed: Number(row.consumed) };
  }
}

/** Expired rows are never found; this is only tidying up. */
export const removeExpired = async (pool: pg.Pool): Promise<void> => {
  await pool.query('delete from oidc_model where expires_at < now()');
};
