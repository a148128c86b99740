import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { feedProblems, feedSettings } from './feed-settings.js';
import { loadConfig } from './load-config.js';

it('gives a replica that died up as soon as a broker allows: the whole group waits for it so long', () => {
  const leastABrokerGrantsMs = 6_000; // group.min.session.timeout.ms
  const { sessionTimeoutMs } = loadConfig(feedSettings, { KAFKA_BROKERS: 'localhost:9092' }, feedProblems);
  expect(sessionTimeoutMs).toBe(leastABrokerGrantsMs);
  const less = { KAFKA_BROKERS: 'localhost:9092', KAFKA_SESSION_TIMEOUT_MS: String(leastABrokerGrantsMs - 1) };
  expect(() => loadConfig(feedSettings, less, feedProblems)).toThrow('KAFKA_SESSION_TIMEOUT_MS');
});

describe('certificates', () => {
  const problemOf = (environment: Record<string, string>): string => {
    try {
      loadConfig(feedSettings, { KAFKA_BROKERS: 'localhost:9093', ...environment }, feedProblems);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it('need TLS: nobody believes to be encrypted who is not', () =>
    expect(problemOf({ KAFKA_TLS_CA: rootCertificates[0]! })).toContain('need KAFKA_TLS=true'));

  it('are taken with TLS', () => expect(problemOf({ KAFKA_TLS: 'true', KAFKA_TLS_CA: rootCertificates[0]! })).toBe(''));

  it('come with their key', () =>
    expect(problemOf({ KAFKA_TLS: 'true', KAFKA_TLS_CERT: rootCertificates[0]! })).toContain('go together'));

  it.each([
    ['what is none', { KAFKA_TLS_CA: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' }],
    ['the key of another', { KAFKA_TLS_CERT: rootCertificates[0]!, KAFKA_TLS_KEY: key }],
    ['a key that is none', { KAFKA_TLS_CERT: rootCertificates[0]!, KAFKA_TLS_KEY: 'secret' }],
  ])('are refused at the start: %s', (_what, environment) => {
    const problem = problemOf({ KAFKA_TLS: 'true', ...environment });
    expect(problem).toContain('cannot be used');
    expect(problem).not.toContain('BEGIN');
  });
});
