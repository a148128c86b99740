import { separateServices } from '@guichet/testing';
import pg from 'pg';
import type { Product, ServiceName } from './product.js';

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

/** What autovacuum does within the first minutes: without statistics, what has just been filled is planned for as if it were empty. */
export async function vacuum(product: Product): Promise<void> {
  for (const service of separateServices) await onDatabase(product, service, 'vacuum analyze');
}
