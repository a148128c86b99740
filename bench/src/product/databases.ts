import { type ServiceName, serviceNames } from '@guichet/contracts';
import pg from 'pg';
import type { Product } from './product.js';

/** As superuser, in the service's database. */
export async function onDatabase(product: Product, service: ServiceName, text: string): Promise<{ value: string }[]> {
  const client = new pg.Client({ connectionString: product.databases[service] });
  await client.connect();
  try {
    return (await client.query<{ value: string }>(text)).rows;
  } finally {
    await client.end();
  }
}

/**
 * What autovacuum does within the first minutes: without statistics, what has just been filled is planned for as if it
 * were empty.
 */
export async function vacuum(product: Product): Promise<void> {
  for (const service of serviceNames) await onDatabase(product, service, 'vacuum analyze');
}
