export { type Decider, type DomainCommand, DomainError, type DomainEvent, type RefusalKind } from './decider.js';
export {
  BuildMissing,
  CommandReused,
  ConcurrencyConflict,
  LogDamaged,
  StaleVersion,
  StoreOverloaded,
  UnknownEventVersion,
  UnstorablePayload,
} from './errors.js';
export {
  type CommandOptions,
  type CommandResult,
  type EventStoreObserver,
  type EventStoreOptions,
  type Loaded,
} from './store/types.js';
export { PersonKeys, type Person } from './sealing/person-keys.store.js';
export type { PersonalTexts } from './sealing/sealed-data.js';
export { Sealing } from './sealing/sealing.js';
export { EventStore } from './event-store.js';
export { EventVersions, type StoredUpcasters, type Versioned } from './event-versions.js';
export { LogReader, type LogReaderOptions, type Page, type ReceivedEvent } from './log-reader.js';
export {
  claimDatabase,
  type Claimant,
  type DatabaseIdentity,
  ForeignDatabase,
  mustBelongTo,
  readDatabaseIdentity,
} from './database/identity.js';
export { areSameDatabase, roleProblem } from './database/fitness.js';
export { sessionProblem } from './database/session-fitness.js';
export { tlsProblem } from './database/tls-problem.js';
export { isConnectionLost, sqlState } from './database/postgres-errors.js';
export { migrate, type MigrateOptions, type Migration, missingMigrations } from './database/migrate.js';
export { ForwardOnly } from './migrations/forward-only.js';
export { eventSourcingMigrations } from './migrations/index.js';
export { PolicyRunner, type PolicyRunnerOptions } from './policy-runner.js';
export type {
  Projection,
  ProjectionLag,
  ProjectionTransaction,
  RunnerObserver,
  RunnerState,
} from './projection/projection.js';
export { applyAndSettle, rememberedIn } from './projection/projection-transaction.js';
export type { Comparison, TableComparison } from './projection/compare.js';
export {
  OperationUnderWay,
  ProjectionAdmin,
  type ProjectionAdminOptions,
  type ProjectionStatus,
  type SlotStatus,
} from './projection/projection-admin.js';
export { type PrepareOptions, prepareReadModels, type ReadModel, unpreparedReadModels } from './projection/prepare.js';
export type { Progress, ProjectionSource, RebuildOptions } from './projection/rebuild.js';
export type { ConsumerLag } from './projection/consumer-lags.js';
export { LeaderLoop, type LeaderWork } from './runner/leader-loop.js';
export { LeaseSession } from './runner/lease-session.js';
export type { ParkedEvent, ParkedStream, ReplayResult } from './runner/parked-streams.js';
export { PageReader } from './projection/page-reader.js';
export { ProjectionRunner, type ProjectionRunnerOptions } from './projection/projection-runner.js';
export { provisionDatabase, type ProvisionOptions, roleOf } from './database/provision.js';
export type { Actor, EventContext, RecordedEvent } from './recorded-event.js';
export { createPool, inTransaction, type PoolOptions, withClient } from './database/sessions.js';
export { Gathered, type GatheredOptions } from './store/gathered.js';
export { LogTail, type LogTailOptions } from './store/log-tail.js';
export { rawText } from './store/event-rows.js';
export type { AppendRequest } from './store/pending-append.js';
export { TenantDatabase } from './database/tenant-database.js';
export { type ChainReport, verifyChain } from './verify-chain.js';
export { uuid5 } from './uuid5.js';
export { Wake } from './wake.js';
