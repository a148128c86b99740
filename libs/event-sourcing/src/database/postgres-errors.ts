import { isNativeError } from 'node:util/types';
import type pg from 'pg';

/** SQLSTATE of an error the server sent; undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'severity' in error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** A value PostgreSQL cannot keep: out of range, malformed, nested too deeply, too large. */
export function isValueRefused(error: unknown): boolean {
  return /^(22|54)/.test(sqlState(error) ?? '');
}

/** The session ended or never began: what was sent last may or may not have happened. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  // A server that panics (its disk full, say) says why, but not what became of the commit under way.
  if (state !== undefined)
    return /^(08|57P0[1235]|53300)/.test(state) || (error as pg.DatabaseError).severity === 'PANIC';
  if (!isNativeError(error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect') return true; // a socket without its server
  return (
    /^(ECONN|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|ERR_STREAM)/.test(code) ||
    /Connection terminated|Connection ended|not queryable|timeout exceeded when trying to connect|timeout expired/i.test(
      error.message,
    ) ||
    ('errors' in error && Array.isArray(error.errors) && error.errors.some(isConnectionLost))
  );
}

// Connection, transaction rollback, resources, object not in state, operator intervention, system error; and a
// read-only server, which is what a client sees in the middle of a failover.
const passing = /^(08|40|53|55|57|58)|^25006$/;
// Missing tables, columns and rights: the code and the schema do not fit, whatever the event.
const structural = /^(42|3F|28)/;

/** True if the same work may well succeed later, or fails whatever the event: never a reason to give an event up. */
export function isNotTheEventsFault(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined) return isConnectionLost(error);
  return passing.test(state) || structural.test(state);
}
