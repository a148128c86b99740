import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/**
 * `ticket_log` becomes `received_log`: articles and topics arrive in it too. A replica of the version before goes on
 * working while it runs: the old names are views through which it reads and writes, with the rights and the row
 * security of the tables.
 */
export class ReceivedLog1760000000007 extends ForwardOnly {
  readonly name = 'ReceivedLog1760000000007';

  async up(runner: QueryRunner): Promise<void> {
    // In the order in which a batch takes them: otherwise the two would wait for one another.
    await runner.query(`lock table ticket_log_head, ticket_log in access exclusive mode`);
    await runner.query(rename('ticket_log', 'received_log'));
    await runner.query(rename('ticket_log_head', 'received_log_head'));
    await runner.query(
      `alter table received_log rename constraint ticket_log_source_position to received_log_source_position`,
    );
    await runner.query(`alter index ticket_log_pkey rename to received_log_pkey`);
    await runner.query(`alter index ticket_log_head_pkey rename to received_log_head_pkey`);
    await runner.query(`alter index ticket_log_stream rename to received_log_stream`);
    await runner.query(receiveBatch);
  }
}

/**
 * The view asks as whoever asks it (security_invoker), so that the table's policies hold; it gets the table's grants.
 */
const rename = (before: string, after: string): string => `
do $do$
declare
  right_of record;
begin
  alter table ${before} rename to ${after};
  create view ${before} with (security_invoker = true) as select * from ${after};
  for right_of in
    select a.privilege_type, r.rolname from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
     where c.oid = '${after}'::regclass and a.grantee <> c.relowner
       and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  loop
    execute format('grant %s on ${before} to %I', right_of.privilege_type, right_of.rolname);
  end loop;
end
$do$`;

/** As it was, on the table's new name. */
const receiveBatch = `
create or replace function receive_batch(
  p_feed text, p_partition int, p_source text, p_from bigint, p_from_cursor bigint, p_to bigint, p_cursor bigint,
  p_up_to bigint,
  p_source_position bigint[], p_event_id uuid[], p_tenant uuid[], p_stream text[], p_version int[], p_type text[],
  p_schema_version smallint[], p_data jsonb[], p_metadata jsonb[], p_occurred_at timestamptz[], p_recorded_at timestamptz[])
returns int language plpgsql set enable_seqscan = off as $function$
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

  update received_log_head set position = position + record_count where id = 0 returning position - record_count into base;
  received := clock_timestamp();
  -- A new snapshot, taken under the lock: exact.
  insert into received_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata,
                          occurred_at, recorded_at, source, source_position, received_at)
  select base + row_number() over (order by a.i), a.event_id, a.tenant, a.stream, a.version, a.type, a.schema_version,
         a.data, a.metadata, a.occurred_at, a.recorded_at, p_source, a.source_position, received
    from unnest(p_source_position, p_event_id, p_tenant, p_stream, p_version, p_type, p_schema_version, p_data, p_metadata,
                p_occurred_at, p_recorded_at) with ordinality
      as a (source_position, event_id, tenant, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, i)
   where (select t.position from received_log t where t.source = p_source and t.source_position = a.source_position) is null;
  get diagnostics stored_count = row_count;
  if stored_count < record_count then
    update received_log_head set position = base + stored_count where id = 0;
  end if;
  return stored_count;
end
$function$`;
