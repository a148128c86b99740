import { chainLog, contentOf, receivedLog } from '@guichet/event-sourcing/log-chain';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is received is stored through this function only, and chained as the service's own log is. */
export class ReceivedLogChain1760000000013 implements MigrationInterface {
  readonly name = 'ReceivedLogChain1760000000013';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await chainLog(runner, receivedLog);
    await runner.query(receiveBatch);
  }

  down(): Promise<never> {
    return Promise.reject(new Error('Migrations only go forward: write another one.'));
  }
}

const arrays = `p_source_position, p_event_id, p_tenant, p_stream, p_version, p_type, p_schema_version, p_data, p_metadata,
      p_occurred_at, p_recorded_at`;
const names =
  'source_position, event_id, tenant, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at';
const values = [
  ...['base + a.i', 'a.event_id', 'a.tenant', 'a.stream', 'a.version', 'a.type', 'a.schema_version', 'a.data'],
  ...['a.metadata', 'a.occurred_at', 'a.recorded_at', 'p_source', 'a.source_position', 'received'],
];

/**
 * Stores one batch of one partition and moves its checkpoint. Answers how many records were stored, or null if the
 * checkpoint was not where the caller thought: somebody else receives this partition, or it has been halted. Records
 * that came over another feed before are left out. Arrival positions are dense and become visible in order, because
 * every batch takes the head row last before it stores.
 *
 * Each record is looked up by the index, whatever the table's size: the plan is made once a session, often for an empty
 * table, and one that reads all of it would go on doing so.
 */
const receiveBatch = `
create or replace function receive_batch(
  p_feed text, p_partition int, p_source text, p_from bigint, p_from_cursor bigint, p_to bigint, p_cursor bigint,
  p_up_to bigint,
  p_source_position bigint[], p_event_id uuid[], p_tenant uuid[], p_stream text[], p_version int[], p_type text[],
  p_schema_version smallint[], p_data jsonb[], p_metadata jsonb[], p_occurred_at timestamptz[], p_recorded_at timestamptz[])
returns int language plpgsql security definer set search_path = public, pg_temp set enable_seqscan = off as $function$
declare
  record_count int := cardinality(p_stream);
  known bigint[];
  base bigint;
  chained_to bigint;
  link bytea;
  content bytea;
  contents bytea[];
  links bytea[] := '{}';
  received timestamptz;
begin
  update feed_checkpoint
     set position = p_to, cursor = p_cursor, up_to = p_up_to, updated_at = clock_timestamp(),
         searching = searching and p_to = p_from
   where feed = p_feed and partition = p_partition and position = p_from and cursor = p_from_cursor and halted is null;
  if not found then return null; end if;
  if record_count = 0 then return 0; end if;

  select h.position, h.chained, h.hash into base, chained_to, link from received_log_head h where h.id = 0 for update;
  received := clock_timestamp();
  -- A new snapshot, taken under the lock: exact.
  select array_agg(a.i) into known from unnest(p_source_position) with ordinality as a (source_position, i)
   where (select t.position from received_log t
           where t.source = p_source and t.source_position = a.source_position) is not null;
  if known is not null then
    select array_agg(a.source_position order by a.i), array_agg(a.event_id order by a.i), array_agg(a.tenant order by a.i),
           array_agg(a.stream order by a.i), array_agg(a.version order by a.i), array_agg(a.type order by a.i),
           array_agg(a.schema_version order by a.i), array_agg(a.data order by a.i), array_agg(a.metadata order by a.i),
           array_agg(a.occurred_at order by a.i), array_agg(a.recorded_at order by a.i), count(*)
      into ${arrays}, record_count
      from unnest(${arrays}) with ordinality as a (${names}, i)
     where a.i <> all (known);
    if record_count = 0 then return 0; end if;
  end if;

  if chained_to < base then
    select c.hash into link from chain_of_received_log(chained_to, base, link) c;
  end if;
  select array_agg(${contentOf(values)} order by a.i) into contents
    from unnest(${arrays}) with ordinality as a (${names}, i);
  foreach content in array contents loop
    link := sha256(link || content);
    links := array_append(links, link);
  end loop;
  insert into received_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata,
                            occurred_at, recorded_at, source, source_position, received_at, hash)
  select ${values.join(', ')}, a.link
    from unnest(${arrays}, links) with ordinality as a (${names}, link, i);
  update received_log_head set position = base + record_count, chained = base + record_count, hash = link where id = 0;
  return record_count;
end
$function$`;
