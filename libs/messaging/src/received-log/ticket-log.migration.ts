import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** The public events a service has received, in the order they arrived, and how far each feed has been read. */
export class TicketLog1760000000003 extends ForwardOnly {
  readonly name = 'TicketLog1760000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ticket_log (
        position bigint primary key,
        event_id uuid not null,
        tenant_id uuid not null,
        stream_id text collate "C" not null,
        version int not null,
        type text not null,
        schema_version smallint not null,
        data jsonb not null,
        metadata jsonb not null,
        occurred_at timestamptz not null,
        recorded_at timestamptz not null,
        source text not null,
        source_position bigint not null,
        received_at timestamptz not null,
        constraint ticket_log_source_position unique (source, source_position))`);
    await runner.query(`create index ticket_log_stream on ticket_log (stream_id, version)`);
    // Updated by every batch: room in the page keeps the updates in place (HOT).
    await runner.query(`
      create table ticket_log_head (
        id smallint primary key,
        position bigint not null) with (fillfactor = 10)`);
    await runner.query(`insert into ticket_log_head values (0, 0)`);
    await runner.query(`
      create table feed_checkpoint (
        feed text not null,
        partition int not null,
        source text not null,
        position bigint not null default 0,
        cursor bigint not null default 0,
        up_to bigint,
        halted text,
        searching boolean not null default false,
        updated_at timestamptz not null default now(),
        primary key (feed, partition)) with (fillfactor = 10)`);
    await runner.query(`comment on column feed_checkpoint.position is 'source position of the last record received'`);
    await runner.query(`comment on column feed_checkpoint.cursor is 'where the feed goes on reading'`);
    await runner.query(`comment on column feed_checkpoint.halted is 'why the partition stands still'`);
    await runner.query(
      `comment on column feed_checkpoint.searching is 'passing over records beyond a gap until the missing ones come'`,
    );
    await runner.query(`
      create table feed_progress (
        feed text primary key,
        source text not null,
        up_to bigint not null,
        last jsonb not null,
        updated_at timestamptz not null default now()) with (fillfactor = 10)`);
    await runner.query(receiveBatch);
  }
}

/**
 * Stores one batch of one partition and moves its checkpoint. Answers how many records were stored, or null if the
 * checkpoint was not where the caller thought: somebody else receives this partition, or it has been halted. Records
 * that came over another feed before are left out. Arrival positions are dense and become visible in order, because
 * every batch takes the head row last before it stores.
 */
const receiveBatch = `
create function receive_batch(
  p_feed text, p_partition int, p_source text, p_from bigint, p_from_cursor bigint, p_to bigint, p_cursor bigint,
  p_up_to bigint,
  p_source_position bigint[], p_event_id uuid[], p_tenant uuid[], p_stream text[], p_version int[], p_type text[],
  p_schema_version smallint[], p_data jsonb[], p_metadata jsonb[], p_occurred_at timestamptz[], p_recorded_at timestamptz[])
returns int language plpgsql as $function$
declare
  record_count int := cardinality(p_stream);
  stored_count int;
  base bigint;
  received timestamptz;
begin
  update feed_checkpoint
     set position = p_to, cursor = p_cursor, up_to = p_up_to, updated_at = clock_timestamp(),
         searching = searching and p_to = p_from
   where feed = p_feed and partition = p_partition and position = p_from and cursor = p_from_cursor and halted is null;
  if not found then return null; end if;
  if record_count = 0 then return 0; end if;

  update ticket_log_head set position = position + record_count where id = 0 returning position - record_count into base;
  received := clock_timestamp();
  -- A new snapshot, taken under the lock: exact.
  insert into ticket_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata,
                          occurred_at, recorded_at, source, source_position, received_at)
  select base + row_number() over (order by a.i), a.event_id, a.tenant, a.stream, a.version, a.type, a.schema_version,
         a.data, a.metadata, a.occurred_at, a.recorded_at, p_source, a.source_position, received
    from unnest(p_source_position, p_event_id, p_tenant, p_stream, p_version, p_type, p_schema_version, p_data, p_metadata,
                p_occurred_at, p_recorded_at) with ordinality
      as a (source_position, event_id, tenant, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, i)
   where not exists (select from ticket_log t where t.source = p_source and t.source_position = a.source_position);
  get diagnostics stored_count = row_count;
  if stored_count < record_count then
    update ticket_log_head set position = base + stored_count where id = 0;
  end if;
  return stored_count;
end
$function$`;
