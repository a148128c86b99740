/**
 * The Client: a program with an identity of its own (BI, an importer, another system). Pure: no Nest, no database, no
 * clock.
 * Its secret is in no event and in no table: it is derived from the issuer's own secret and `secretVersion`. See
 * secrets.ts.
 */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import type { Role } from '@guichet/http-host';

// Facts, stored for ever: add optional fields; never rename, never remove.
export type ClientEvent =
  | DomainEvent<'ClientRegistered', { name: string; roles: readonly Role[]; at: string }>
  | DomainEvent<'ClientSecretRenewed', { at: string }>
  | DomainEvent<'ClientDisabled', { at: string }>;

export type ClientCommand =
  | DomainCommand<'RegisterClient', { name: string; roles: readonly Role[]; at: string }>
  | DomainCommand<'RenewClientSecret', { at: string }>
  | DomainCommand<'DisableClient', { at: string }>;

export interface Client {
  readonly status: 'unknown' | 'active' | 'disabled';
  readonly roles: readonly Role[];
  readonly secretVersion: number;
}
const initial: Client = { status: 'unknown', roles: [], secretVersion: 0 };

const evolve = (client: Client, { type, data }: ClientEvent): Client => {
  switch (type) {
    case 'ClientRegistered':
      return { status: 'active', roles: data.roles, secretVersion: client.secretVersion + 1 };
    case 'ClientSecretRenewed':
      return { ...client, secretVersion: client.secretVersion + 1 };
    case 'ClientDisabled':
      return { ...client, status: 'disabled' };
  }
};

/** No events means "already so". Registering a name again is refused: the answer would show somebody else's secret. */
const decide = ({ type, data }: ClientCommand, client: Client): readonly ClientEvent[] => {
  switch (type) {
    case 'RegisterClient': {
      const { name, roles, at } = data;
      // A name whose client was disabled can be given again: the new one gets a new secret.
      if (client.status === 'active') {
        throw new DomainError('client-exists', `There is a client ${name} already.`, { roles: client.roles });
      }
      return [{ type: 'ClientRegistered', data: { name, roles: [...new Set(roles)], at } }];
    }
    case 'RenewClientSecret':
      mustBeActive(client);
      return [{ type: 'ClientSecretRenewed', data }];
    case 'DisableClient':
      if (client.status === 'disabled') return [];
      mustBeActive(client);
      return [{ type: 'ClientDisabled', data }];
  }
};

function mustBeActive({ status }: Client): void {
  if (status !== 'active') throw new DomainError('unknown-client', 'There is no such client.', {}, 'unknown');
}

export const clientDecider: Decider<Client, ClientCommand, ClientEvent> = {
  category: 'client',
  initial,
  evolve,
  decide,
};
