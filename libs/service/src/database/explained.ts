import { ConfigurationError } from '@guichet/config';
import { isConnectionLost, sqlState, tlsProblem } from '@guichet/event-sourcing';
import { NotReady, reasonOf } from '@guichet/observability';

/** Nobody is let in as this role, with this password, into this database, until somebody changes something. */
const refused: Readonly<Record<string, string>> = {
  '28P01': 'the password of the role is not the one in this setting',
  '28000': 'PostgreSQL does not let this role in',
  '3D000': 'there is no such database on this server',
  '42501': 'the role lacks a right that it needs',
};

/**
 * Says of a failure which setting leads to it. No message of PostgreSQL holds a password.
 * @throws ConfigurationError where only another setting or right helps, NotReady where PostgreSQL is away
 */
export async function explained<T>(setting: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    const tls = tlsProblem(error);
    if (tls !== undefined) throw new ConfigurationError([`${setting} cannot be used: ${tls}.`]);
    const why = refused[sqlState(error) ?? ''] ?? (message.startsWith('SASL') ? 'the password is missing' : undefined);
    if (why !== undefined) throw new ConfigurationError([`${setting} cannot be used: ${why} (${message}).`]);
    if (isConnectionLost(error)) throw new NotReady(`PostgreSQL cannot be reached: ${reasonOf(error)}`);
    throw error;
  }
}
