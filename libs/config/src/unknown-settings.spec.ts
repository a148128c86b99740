import { databaseSettings } from './database-settings.js';
import { feedSettings } from './feed-settings.js';
import { otherNames, productNames } from './known-names.js';
import { loadConfig } from './load-config.js';
import { platformSettings } from './platform-settings.js';
import { ConfigurationError } from './settings.js';

const schema = { ...platformSettings, ...databaseSettings, ...feedSettings };
const good = {
  OIDC_ISSUER: 'https://issuer.example',
  CURSOR_SECRET: 'a secret of more than 32 characters',
  DATABASE_URL: 'postgres://a@b/c',
};
function problemsWith(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(schema, { ...good, ...environment });
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

it.each([
  ['KAFKA_BROKER', 'KAFKA_BROKERS'],
  ['KAFKA_TLS_CRT', 'KAFKA_TLS_CERT'],
  ['kafka_brokers', 'KAFKA_BROKERS'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['METRIC_TOKEN', 'METRICS_TOKEN'],
  ['CURSOR_SECRETS_FILE', 'CURSOR_SECRET_FILE'],
  ['OIDC_ISSUER_URL', 'OIDC_ISSUER'],
  ['GUICHET_INSTALATION', 'GUICHET_INSTALLATION'],
  ['GUICHET_DATADIR', 'GUICHET_DATA_DIR'],
  ['RATE_LIMIT_CLIENTS', 'RATE_LIMIT_CLIENT'],
])('refuses %s, and names %s', (name, meant) =>
  expect(problemsWith({ [name]: 'something' })).toEqual([`${name} is no setting; did you mean ${meant}?`]),
);

it('refuses what only Guichet could have meant, near to a setting or not', () =>
  expect(problemsWith({ GUICHET_XYZZY: '1' })).toEqual([
    'GUICHET_XYZZY is no setting. docs/generated/settings.md has all of them.',
  ]));

it('tells them together with all other problems, and never a value', () => {
  const problems = problemsWith({ PORT: '70000', KAFKA_BROKER: 'hunter2' });
  expect(problems).toHaveLength(2);
  expect(problems.join()).toContain('KAFKA_BROKERS');
  expect(problems.join()).toContain('PORT must be');
  expect(problems.join()).not.toContain('hunter2');
});

it.each(otherNames)('takes %s, which another part of the product reads', (name) =>
  expect(problemsWith({ [name]: 'something' })).toEqual([]),
);

it('takes _FILE forms of what other parts read', () =>
  expect(problemsWith({ IDENTITY_SECRET_FILE: '/run/secrets/identity' })).toEqual([]));

it('takes what an orchestrator tells of its services, whatever their names', () =>
  expect(
    problemsWith({
      GUICHET_INTAKE_SERVICE_HOST: '10.0.0.1',
      GUICHET_INTAKE_SERVICE_PORT: '80',
      GUICHET_INTAKE_SERVICE_PORT_HTTP: '80',
      GUICHET_INTAKE_PORT: 'tcp://10.0.0.1:80',
      GUICHET_INTAKE_PORT_80_TCP: 'tcp://10.0.0.1:80',
      GUICHET_INTAKE_PORT_80_TCP_ADDR: '10.0.0.1',
      GUICHET_INTAKE_PORT_80_TCP_PROTO: 'tcp',
      OIDC_PORT: 'tcp://10.0.0.2:443',
      KAFKA_SERVICE_HOST: '10.0.0.3',
      KAFKA_PORT_9092_TCP: 'tcp://10.0.0.3:9092',
    }),
  ).toEqual([]));

it('takes what images of Kafka and the system itself set', () => {
  const names = [
    ...['KAFKA_HOME', 'KAFKA_OPTS', 'KAFKA_HEAP_OPTS', 'KAFKA_JMX_OPTS', 'KAFKA_VERSION', 'KAFKA_NODE_ID'],
    ...['KAFKA_LISTENERS', 'KAFKA_ADVERTISED_LISTENERS', 'KAFKA_PROCESS_ROLES', 'KAFKA_BROKER_ID', 'KAFKA_LOG_DIRS'],
    ...['KAFKA_NUM_PARTITIONS', 'KAFKA_DEFAULT_REPLICATION_FACTOR', 'KAFKA_SSL_KEYSTORE_FILENAME', 'KAFKA_CLUSTER_ID'],
    ...['HOME', 'PATH', 'HOSTNAME', 'PWD', 'LANG', 'TERM', 'USER', 'SHELL', 'HTTP_PROXY', 'NODE_OPTIONS', 'PGHOST'],
    ...['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'REQUESTS_CA_BUNDLE', 'POSTGRES_PASSWORD', 'npm_config_cache'],
  ];
  expect(problemsWith(Object.fromEntries(names.map((name) => [name, 'something'])))).toEqual([]);
});

it('takes an empty variable for one that is not set', () =>
  expect(problemsWith({ GUICHET_XYZZY: '', KAFKA_BROKER: '' })).toEqual([]));

it('knows each setting once', () => expect(new Set(productNames()).size).toBe(productNames().length));
