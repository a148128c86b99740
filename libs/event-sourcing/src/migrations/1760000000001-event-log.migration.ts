import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only.js';

/** The append-only log, its head, and the function that appends a batch under the head row. */
export class EventLog1760000000001 extends ForwardOnly {
  readonly name = 'EventLog1760000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table event_log (
        position bigint primary key,
        event_id uuid not null constraint event_log_event_id unique,
        tenant_id uuid not null,
        stream_id text collate "C" not null,
        version int not null check (version > 0),
        type text not null,
        schema_version smallint not null,
        data jsonb not null,
        metadata jsonb not null,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null default clock_timestamp(),
        constraint event_log_stream_version unique (stream_id, version))`);
    // Updated by every append: room in the page keeps the updates in place (HOT).
    await runner.query(
      `create table log_head (id smallint primary key, position bigint not null) with (fillfactor = 10)`,
    );
    await runner.query(`insert into log_head values (0, 0)`);
    await runner.query(appendBatch);
  }
}

/**
 * One batch of appends, at most one per stream. `p_head_*` has one element per append, the others one per event, in
 * order. Answers the position before the first event stored, the time they were recorded, and which appends
 * were rejected (counted from 1) with their streams' actual versions; -1 stands for another tenant's stream.
 */
const appendBatch = `
create function append_batch(
  p_head_stream text[], p_head_tenant uuid[], p_head_expected int[],
  p_stream text[], p_tenant uuid[], p_version int[], p_event_id uuid[], p_type text[], p_schema_version smallint[],
  p_data jsonb[], p_metadata jsonb[], p_occurred_at timestamptz[],
  out base bigint, out recorded_at timestamptz, out rejected int[], out actual int[])
language plpgsql as $function$
declare
  event_count int := cardinality(p_stream);
  stored_count int;
begin
  -- Serialises the appends of this log until commit: positions are dense and become visible in order.
  update log_head set position = position + event_count where id = 0 returning position - event_count into base;
  recorded_at := clock_timestamp();

  -- A new snapshot, taken under the lock: exact.
  select array_agg(h.i order by h.i), array_agg(coalesce(last.version, 0) order by h.i) into rejected, actual
    from unnest(p_head_stream, p_head_tenant, p_head_expected) with ordinality as h (stream, tenant, expected, i)
    left join lateral (
      select case when e.tenant_id = h.tenant then e.version else -1 end as version
        from event_log e where e.stream_id = h.stream order by e.version desc limit 1) last on true
   where coalesce(last.version, 0) <> h.expected;

  insert into event_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata,
                         occurred_at, recorded_at)
  select base + row_number() over (order by a.i), a.event_id, a.tenant, a.stream, a.version, a.type, a.schema_version,
         a.data, a.metadata, a.occurred_at, append_batch.recorded_at
    from unnest(p_stream, p_tenant, p_version, p_event_id, p_type, p_schema_version, p_data, p_metadata, p_occurred_at)
           with ordinality as a (stream, tenant, version, event_id, type, schema_version, data, metadata, occurred_at, i)
   where rejected is null or a.stream <> all (select p_head_stream[r] from unnest(rejected) as r);

  if rejected is not null then
    get diagnostics stored_count = row_count;
    update log_head set position = base + stored_count where id = 0;
  end if;
end
$function$`;
