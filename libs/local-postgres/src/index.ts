export { LocalPostgresError, type LocalPostgresProblem } from './errors.js';
export { type LocalPostgres, type LocalPostgresOptions, startLocalPostgres } from './local-postgres.js';
export { backUp, type BackupOptions } from './backup/backup.js';
export type { BackupSummary } from './backup/manifest.js';
export { checkBackup, restore, type RestoreOptions } from './backup/restore.js';
