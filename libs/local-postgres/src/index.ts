export { type Account, own, serverAccount } from './account.js';
export { type Cluster, createCluster } from './cluster.js';
export { LocalPostgresError, type LocalPostgresProblem } from './errors.js';
export { type LocalPostgres, type LocalPostgresOptions, startLocalPostgres } from './local-postgres.js';
export { backUp, type BackupOptions } from './backup/backup.js';
export type { BackupSummary } from './backup/manifest.js';
export { checkBackup, restore, type RestoreOptions } from './backup/restore.js';
export { findPrograms, type Programs } from './programs.js';
export { freePort, type Server, startServer } from './server.js';
