import type { Migration } from '@guichet/event-sourcing';
import { Issuer1760000100001 } from './1760000100001-issuer.migration.js';

/** After `eventSourcingMigrations`. */
export const identityMigrations: readonly Migration[] = [Issuer1760000100001];
