import type { RequestContext } from '@guichet/http-host';
import { commandOptions } from './command-options.http.js';

const ctx = (idempotent: boolean) =>
  ({
    eventContext: () => ({ tenantId: 't' }),
    ifMatch: 3,
    commandId: (operation: string) => (idempotent ? `id of ${operation}` : undefined),
    requestHash: 'hash',
  }) as unknown as RequestContext;

it('hashes a request that could be repeated, and no other', () => {
  const plain = { context: { tenantId: 't' }, expectedVersion: 3 };
  expect(commandOptions(ctx(false))).toStrictEqual(plain);
  expect(commandOptions(ctx(true))).toStrictEqual({ ...plain, commandId: 'id of routing', requestHash: 'hash' });
});
