import { clientCredentials, GuichetClient } from '@guichet/client';
import { demoTenant } from '@guichet/identity';

export interface Connection {
  /** Of the product. */
  readonly url: string;
  /** A client that may ask for any role, or has all that are needed: importer, and editor or admin. */
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Whose client it is to be; a service account has its own roles and is whoever it is. */
export interface Wanted {
  readonly role: string;
  /** E-mail address of one of the demo's people. */
  readonly person?: string;
}

export type Connect = (wanted: Wanted) => GuichetClient;

export const connectorOf =
  ({ url: baseUrl, clientId, clientSecret }: Connection): Connect =>
  ({ role, person }) => {
    const grant = { tenant: demoTenant.slug, roles: [role], ...(person !== undefined && { person }) };
    return new GuichetClient({ baseUrl, tokens: clientCredentials({ clientId, clientSecret, baseUrl, ...grant }) });
  };
