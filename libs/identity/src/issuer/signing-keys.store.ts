import { randomUUID } from 'node:crypto';
import { inTransaction } from '@guichet/event-sourcing';
import { StartupError } from '@guichet/http-host';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type pg from 'pg';
import type { Secrets } from '../secrets.js';

export const signingAlgorithm = 'RS256';

export interface SigningKeys {
  /** Signs now. */
  readonly current: JWK & { readonly kid: string };
  /** The next one, published before it is used, and those whose tokens may still be valid. */
  readonly others: readonly (JWK & { readonly kid: string })[];
}

export interface KeyLifetimes {
  readonly rotationSeconds: number;
  /** How long a token lasts: a key is published that long (and an hour) after it signed last. */
  readonly tokenSeconds: number;
}

interface Row {
  readonly key_id: string;
  readonly sealed_jwk: Buffer;
  readonly signs_from: Date;
}

const clockSlackSeconds = 3600;

/** The issuer's keys in PostgreSQL, the same for all replicas: made, rotated and removed as time goes. */
export class SigningKeyStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly secrets: Secrets,
    private readonly lifetimes: KeyLifetimes,
  ) {}

  /**
   * Brings the keys up to date and answers them. Call it now and then, from any replica. There is always one key that
   * signs and one that will sign next, so that nobody who caches the key set ever meets a token whose key it lacks.
   */
  async upToDate(now: Date): Promise<SigningKeys> {
    const begin = `begin; select pg_advisory_xact_lock(hashtextextended('guichet/signing-keys', 0))`;
    const rows = await inTransaction(this.pool, begin, async (client) => {
      await this.removeOutdated(client, now);
      const kept = await this.rows(client);
      const last = kept.at(-1);
      if (last !== undefined && last.signs_from > now) return kept;
      const rotationMs = this.lifetimes.rotationSeconds * 1000;
      if (last === undefined) await this.make(client, now);
      await this.make(client, new Date(now.getTime() + rotationMs));
      return this.rows(client);
    });
    return this.toKeys(rows, now);
  }

  private async rows(client: pg.ClientBase): Promise<Row[]> {
    return (await client.query<Row>('select key_id, sealed_jwk, signs_from from signing_key order by signs_from')).rows;
  }

  private async make(client: pg.ClientBase, signsFrom: Date): Promise<void> {
    const keyId = randomUUID();
    const { privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true, modulusLength: 2048 });
    const jwk = { ...(await exportJWK(privateKey)), kid: keyId, alg: signingAlgorithm, use: 'sig' };
    const sealed = this.secrets.seal(keyId, JSON.stringify(jwk));
    await client.query('insert into signing_key (key_id, sealed_jwk, signs_from) values ($1, $2, $3)', [
      keyId,
      sealed,
      signsFrom,
    ]);
  }

  /** A key has signed its last token when its successor took over. */
  private async removeOutdated(client: pg.ClientBase, now: Date): Promise<void> {
    const keptSeconds = this.lifetimes.tokenSeconds + clockSlackSeconds;
    const takenOverBefore = new Date(now.getTime() - keptSeconds * 1000);
    await client.query(
      `delete from signing_key k where exists (
         select from signing_key successor where successor.signs_from > k.signs_from and successor.signs_from < $1)`,
      [takenOverBefore],
    );
  }

  private toKeys(rows: readonly Row[], now: Date): SigningKeys {
    const keys = rows.map((row) => ({ jwk: this.unseal(row), signsFrom: row.signs_from }));
    const current = keys.findLast(({ signsFrom }) => signsFrom <= now)?.jwk;
    if (current === undefined) throw new Error('There is no key that signs now: is the clock of this machine behind?');
    return { current, others: keys.map(({ jwk }) => jwk).filter(({ kid }) => kid !== current.kid) };
  }

  private unseal({ key_id, sealed_jwk }: Row): JWK & { readonly kid: string } {
    try {
      return { ...(JSON.parse(this.secrets.unseal(key_id, sealed_jwk)) as JWK), kid: key_id };
    } catch (cause) {
      const message =
        'The signing keys in the database were sealed with another IDENTITY_SECRET. Start with that one; or, if it is lost, ' +
        'delete the rows of the table signing_key: all tokens become void and service accounts need new secrets.';
      throw new StartupError(message, { cause });
    }
  }
}
