import { createPool, eventSourcingMigrations, migrate } from '@guichet/event-sourcing';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import type pg from 'pg';
import { identityMigrations } from '../migrations/index.js';
import { Secrets } from '../secrets.js';
import { OidcAdapter, removeExpired } from './oidc-adapter.store.js';
import { SigningKeyStore } from './signing-keys.store.js';

const day = 86_400_000;
const start = Date.parse('2026-03-02T09:00:00Z');
const on = (days: number): Date => new Date(start + days * day);

describe('what the issuer keeps in PostgreSQL', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase('identity');
    const migrations = [...eventSourcingMigrations, ...identityMigrations];
    await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
    pool = createPool({ url: database.appUrl });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  describe('signing keys', () => {
    const lifetimes = { rotationSeconds: 30 * 86_400, tokenSeconds: 900 };
    const secrets = new Secrets('a secret that seals the keys of this test');
    const keys = () => new SigningKeyStore(pool, secrets, lifetimes);
    const idsOn = async (days: number) => {
      const { current, others } = await keys().upToDate(on(days));
      return { current: current.kid, others: others.map(({ kid }) => kid) };
    };
    beforeEach(() => pool.query('delete from signing_key'));

    it('are made once, however many replicas start at the same time', async () => {
      const [first, ...rest] = await Promise.all([idsOn(0), idsOn(0), idsOn(0)]);
      expect(first.others).toHaveLength(1);
      rest.forEach((ids) => expect(ids).toEqual(first));
    });

    it('are published before they sign, and after they signed last', async () => {
      const {
        current: first,
        others: [second],
      } = await idsOn(0);
      expect(await idsOn(29)).toEqual({ current: first, others: [second] });
      const rotated = await idsOn(30);
      expect(rotated.current).toBe(second);
      expect(rotated.others).toContain(first);
      expect(rotated.others).toHaveLength(2);
      // A token of the first key may live for 15 minutes, and clocks may differ.
      expect((await idsOn(30 + 60 / 1440)).others).toContain(first);
      expect((await idsOn(30 + 90 / 1440)).others).toEqual(rotated.others.filter((kid) => kid !== first));
    });

    it('rotate at once after a long sleep', async () => {
      const {
        others: [second],
      } = await idsOn(0);
      const late = await idsOn(100);
      expect(late.current).toBe(second);
      expect(late.others).toHaveLength(1);
    });

    it('are of no use without the secret, and say so', async () => {
      await idsOn(0);
      const { rows } = await pool.query<{ sealed_jwk: Buffer }>('select sealed_jwk from signing_key');
      rows.forEach(({ sealed_jwk }) => expect(sealed_jwk.toString('latin1')).not.toContain('"kty"'));
      const others = new SigningKeyStore(pool, new Secrets('another secret that seals no key of this'), lifetimes);
      await expect(others.upToDate(on(0))).rejects.toThrow('sealed with another IDENTITY_SECRET');
    });
  });

  describe("oidc-provider's own models", () => {
    const sessions = () => new OidcAdapter('Session', pool);
    const codes = () => new OidcAdapter('AuthorizationCode', pool);

    it('are found by id and by what else names them, each model for itself', async () => {
      await sessions().upsert('s1', { uid: 'u1', jti: 's1' }, 60);
      await codes().upsert('c1', { userCode: 'AB-CD', grantId: 'g1' }, 60);
      expect(await sessions().find('s1')).toEqual({ uid: 'u1', jti: 's1' });
      expect(await sessions().findByUid('u1')).toMatchObject({ jti: 's1' });
      expect(await codes().findByUserCode('AB-CD')).toMatchObject({ grantId: 'g1' });
      expect(await codes().find('s1')).toBeUndefined();
      expect(await codes().findByUid('u1')).toBeUndefined();
    });

    it('are replaced, consumed, destroyed and revoked with their grant', async () => {
      await codes().upsert('c2', { grantId: 'g2' }, 60);
      await codes().upsert('c2', { grantId: 'g3' }, 60);
      await codes().consume('c2');
      expect(await codes().find('c2')).toEqual({ grantId: 'g3', consumed: expect.any(Number) });
      await codes().upsert('c3', { grantId: 'g3' }, 60);
      await codes().destroy('c3');
      expect(await codes().find('c3')).toBeUndefined();
      await codes().revokeByGrantId('g3');
      expect(await codes().find('c2')).toBeUndefined();
    });

    it('are gone when they have expired', async () => {
      await sessions().upsert('s2', { uid: 'u2' }, 0);
      await sessions().upsert('s3', { uid: 'u3' });
      expect(await sessions().find('s2')).toBeUndefined();
      await removeExpired(pool);
      const { rows } = await pool.query('select id from oidc_model where id in ($1, $2)', ['s2', 's3']);
      expect(rows).toEqual([{ id: 's3' }]);
    });
  });
});
