import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/**
 * How far an answer has seen is about the whole ticket log, while the transaction that answers sees its tenant's rows
 * only: this function looks across tenants, as the tables' owner, and tells nothing but positions and times.
 */
export class LogPlaces1760000002001 extends ForwardOnly {
  readonly name = 'LogPlaces1760000002001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function log_places(seen bigint, out recorded_at timestamptz, out lag_ms float8, out positions json)
      language sql stable security definer set search_path = pg_catalog, pg_temp as $function$
        select
          (select t.recorded_at from public.ticket_log t where t.position = seen),
          coalesce((select extract(epoch from clock_timestamp() - t.received_at) * 1000 from public.ticket_log t
            where t.position = seen + 1), 0)::float8,
          coalesce((select json_object_agg(source.name, newest.position) from unnest(array['intake', 'routing']) as source (name)
            cross join lateral (select t.source_position as position from public.ticket_log t
              where t.source = source.name and t.position <= seen order by t.source_position desc limit 1) newest), '{}')
      $function$`);
  }
}
