/** Ids that follow from names, so that a name can be taken once only: the stream's versions see to it. */
import { uuid5 } from '@guichet/event-sourcing';

const namespace = 'b0f5cbd1-0b61-5f0e-8a8f-6f1d3b1b6f0a';

/** Lower case letters, digits and inner hyphens: part of addresses and of client ids. */
export const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

export const tenantIdOf = (slug: string): string => uuid5(namespace, `tenant/${slug}`);

/** A service account is known to the world as `<tenant slug>.<name>`. */
export const clientIdOf = (slug: string, name: string): string => `${slug}.${name}`;

export const clientStreamIdOf = (tenantId: string, name: string): string => uuid5(tenantId, `client/${name}`);

export function parseClientId(clientId: string): { readonly slug: string; readonly name: string } | undefined {
  const [slug = '', name = '', ...more] = clientId.split('.');
  return more.length === 0 && slugPattern.test(slug) && slugPattern.test(name) ? { slug, name } : undefined;
}
