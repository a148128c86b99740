export { newTestCertificate, type TestCertificate } from './certificates.js';
export { effort, isSoak } from './effort.js';
export { type FaultProxy, type FaultTime, startFaultProxy } from './fault-proxy.js';
export {
  describeWithKafka,
  kafkaForTests,
  startOwnKafka,
  type OwnKafka,
  type OwnKafkaOptions,
  type TestKafka,
  whyNoKafka,
} from './kafka.js';
export { describeWithOpenSearch, type TestOpenSearch } from './opensearch.js';
export { type OwnPostgres, type OwnPostgresOptions, startOwnPostgres } from './own-postgres.js';
export { describeWithPgBouncer, type PgBouncer, type PgBouncerOptions, startPgBouncer } from './pgbouncer.js';
export { postgresForTests, type TestPostgres } from './postgres.js';
export { type Random, seeded, seedOfRun, withSeed } from './seed.js';
export { describeWithDisk, mountSmallDisk, type SmallDisk } from './small-disk.js';
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.js';
export { type IdleIssuer, startIdleIssuer } from './issuer.js';
export { until } from './until.js';
export { Gateway, type GatewayOptions, type Upstreams } from './gateway.js';
export { freePort } from '@guichet/local-postgres';
export { buildApp, pause, root, Running, runTool, startBundle } from './processes.js';
export {
  type Client,
  demoClient,
  environmentOf,
  type ServiceSettings,
  tokensOf,
  tokenSourceOf,
} from './separate-services.js';
