import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files of a server's certificate. */
export interface TestCertificate {
  /** Of the authority that has signed it. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * A certificate for these names (`DNS:localhost`, `IP:127.0.0.1`), signed by an authority of its own; made with openssl
 * in a new folder below the given one.
 */
export async function newTestCertificate(folder: string, names: readonly string[]): Promise<TestCertificate> {
  const home = await mkdtemp(join(folder, 'certificate-'));
  const [caFile, caKey, certFile, keyFile, request] = [
    'ca.pem',
    'ca.key',
    'server.pem',
    'server.key',
    'request.pem',
  ].map((name) => join(home, name)) as [string, string, string, string, string];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    caKey,
    '-out',
    caFile,
    '-subj',
    '/CN=Authority of a test',
  ]);
  const extension = ['-addext', `subjectAltName=${names.join(',')}`];
  await run('openssl', ['req', ...newKey, '-keyout', keyFile, '-out', request, '-subj', '/CN=server', ...extension]);
  const signed = ['-CA', caFile, '-CAkey', caKey, '-CAcreateserial', '-copy_extensions', 'copy', '-days', '2'];
  await run('openssl', ['x509', '-req', '-in', request, ...signed, '-out', certFile]);
  return { caFile, certFile, keyFile };
}
