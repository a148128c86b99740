/** PostgreSQL with a certificate of an authority that nobody but its clients knows. */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import {
  newTestCertificate,
  type OwnPostgres,
  postgresForTests,
  startOwnPostgres,
  type TestCertificate,
} from '@guichet/testing';
import pg from 'pg';
import { EventStore } from '../event-store.js';
import { eventSourcingMigrations } from '../migrations/index.js';
import { Leases } from '../runner/leases.js';
import { added, context } from '../testing/test-log.js';
import { migrate } from './migrate.js';
import { provisionDatabase } from './provision.js';
import { tlsProblem } from './tls-problem.js';
import { createPool } from './sessions.js';

let server: OwnPostgres;
let certificate: TestCertificate;
let other: TestCertificate;
let urls: { readonly ownerUrl: string; readonly appUrl: string };
let admin: pg.Client;
beforeAll(async () => {
  [certificate, other] = await Promise.all([
    newTestCertificate(tmpdir(), ['DNS:localhost']),
    newTestCertificate(tmpdir(), ['DNS:localhost']),
  ]);
  server = await startOwnPostgres();
  const { certFile, keyFile } = certificate;
  for (const path of [dirname(certFile), certFile, keyFile]) await server.give(path);
  admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  for (const [name, value] of Object.entries({ ssl_cert_file: certFile, ssl_key_file: keyFile, ssl: 'on' }))
    await admin.query(`alter system set ${name} = ${pg.escapeLiteral(value)}`);
  await admin.query('select pg_reload_conf()');
  urls = await provisionDatabase({ adminUrl: server.adminUrl, database: 'guichet_tls' });
}, 60_000);
afterAll(async () => {
  await admin.end();
  await server.stop();
  for (const { caFile } of [certificate, other]) await rm(dirname(caFile), { recursive: true });
});

/** `localhost`, which the certificate is for, unless another name is given. */
function overTls(url: string, caFile = certificate.caFile, host = 'localhost'): string {
  const address = new URL(url);
  address.hostname = host;
  address.searchParams.set('sslmode', 'verify-full');
  address.searchParams.set('sslrootcert', caFile);
  return address.href;
}

/** Sessions of the database from when they are looked at until `work` is done: which of them are over TLS. */
async function sessionsDuring(work: () => Promise<void>): Promise<ReadonlySet<boolean>> {
  const found = new Set<boolean>();
  let isDone = false;
  const done = work().finally(() => (isDone = true));
  while (!isDone) {
    const { rows } = await admin.query<{ ssl: boolean }>(
      `select s.ssl from pg_stat_ssl s join pg_stat_activity a using (pid) where a.datname = 'guichet_tls'`,
    );
    rows.forEach(({ ssl }) => found.add(ssl));
  }
  await done;
  return found;
}

it('is migrated, written to and led over TLS alone', async () => {
  const sessions = await sessionsDuring(async () => {
    const [url, ownerUrl] = [overTls(urls.appUrl), overTls(urls.ownerUrl)];
    await migrate({ url: ownerUrl, appRole: 'guichet_tls_app', migrations: eventSourcingMigrations });
    const pool = createPool({ url });
    const store = new EventStore({ pool });
    await store.append({ streamId: 'a-1', expectedVersion: 0, events: [added(1)], context: context() });
    const leases = Leases.join(pool);
    const lease = await leases.tryAcquire('tls');
    expect(await lease?.verify()).toBe(true);
    await lease?.release();
    await leases.leave();
    await store.close();
    await pool.end();
  });
  expect(sessions).toEqual(new Set([true]));
});

const failure = async (url: string): Promise<unknown> => {
  const pool = createPool({ url });
  const error: unknown = await pool.query('select').catch((refusal: unknown) => refusal);
  await pool.end();
  return error;
};

it.each([
  ['another authority', () => overTls(urls.appUrl, other.caFile), /not signed by the authority of sslrootcert/],
  ['another name', () => overTls(urls.appUrl, undefined, '127.0.0.1'), /for other names than the one in the URL/],
])('is not talked to with a certificate of %s', async (_what, url, why) => {
  expect(tlsProblem(await failure(url()))).toMatch(why);
});

it('is not talked to without TLS where that is asked for', async () => {
  const { adminUrl } = await postgresForTests();
  const url = new URL(adminUrl);
  url.searchParams.delete('host'); // a socket has no TLS
  expect(tlsProblem(await failure(overTls(url.href)))).toMatch(/the server has none/);
});

it('names the file of an authority that is not there', async () => {
  await expect(async () => failure(overTls(urls.appUrl, '/nowhere/ca.pem'))).rejects.toThrow('/nowhere/ca.pem');
  const error = await Promise.resolve()
    .then(() => failure(overTls(urls.appUrl, '/nowhere/ca.pem')))
    .catch((refusal: unknown) => refusal);
  expect(tlsProblem(error)).toBe('the file /nowhere/ca.pem that it names cannot be read (ENOENT)');
});

it('says nothing of what has other reasons', async () => {
  const url = new URL(overTls(urls.appUrl));
  url.password = 'wrong';
  const refused = await failure(url.href);
  expect(refused).toMatchObject({ code: '28P01' });
  expect(tlsProblem(refused)).toBeUndefined();
});
