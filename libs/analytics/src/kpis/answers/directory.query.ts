/** Names of departments and agents, and whether ids that are asked for exist. */
import { DomainError } from '@guichet/event-sourcing';
import type pg from 'pg';
import { deviceClasses } from '@guichet/contracts';
import type { Dimension, Filters } from '../definitions/dimensions.js';

/** Labels of group keys; a key without a name is its own label. */
export async function labelsOf(
  client: pg.ClientBase,
  tenantId: string,
  dimension: Dimension,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (dimension !== 'department' && dimension !== 'agent') return new Map();
  const { rows } = await client.query<{ id: string; name: string }>(
    `select ${dimension}_id as id, name from read_model.${dimension}_directory
     where tenant_id = $1 and ${dimension}_id = any($2::text[])`,
    [tenantId, keys],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/**
 * Throws `unknown-department`, `unknown-agent` or `unknown-device` for values that are a mistake: known neither to the
 * directory nor to any ticket. Other dimensions have no list to hold a value against.
 */
export async function refuseUnknownValues(client: pg.ClientBase, tenantId: string, filters: Filters): Promise<void> {
  for (const device of filters.device ?? []) {
    if (device !== '' && !(deviceClasses as readonly string[]).includes(device)) throw unknown('device', device);
  }
  for (const dimension of ['department', 'agent'] as const) {
    const values = (filters[dimension] ?? []).filter((value) => value !== '');
    if (values.length === 0) continue;
    const known = await labelsOf(client, tenantId, dimension, values);
    for (const value of values) {
      if (!known.has(value) && !(await isOnTickets(client, tenantId, dimension, value)))
        throw unknown(dimension, value);
    }
  }
}

const unknown = (dimension: string, value: string) =>
  new DomainError(
    `unknown-${dimension}`,
    `No ${dimension} is known as "${value}".`,
    { parameter: dimension },
    'invalid',
  );

/**
 * Tickets may name what the directory has not heard of yet: the two come from different streams. Whoever has had a
 * ticket for a while is in the cells, by the begin of that span if by nothing else.
 */
async function isOnTickets(
  client: pg.ClientBase,
  tenantId: string,
  dimension: 'department' | 'agent',
  value: string,
): Promise<boolean> {
  const cuboid = dimension === 'department' ? 1 : 3;
  const { rows } = await client.query(
    'select 1 from read_model.cell_day where tenant_id = $1 and cuboid = $2 and dim1 = $3 limit 1',
    [tenantId, cuboid, value],
  );
  return rows.length > 0;
}
