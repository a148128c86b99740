/** The functions that append to event_log: the service's role may do so in no other way. */
import { contentOf } from './log-chain.js';

const ofBatch = [
  ...['base + a.i', 'a.event_id', 'a.tenant', 'a.stream', 'a.version', 'a.type', 'a.schema_version', 'a.data'],
  ...['a.metadata', 'a.occurred_at', 'append_batch.recorded_at'],
];
const ofOne = [
  ...['base', 'p_event_id', 'p_tenant', 'p_stream', 'p_expected + 1', 'p_type', 'p_schema_version', 'p_data'],
  ...['p_metadata', 'p_occurred_at', 'append_event.recorded_at'],
];

const arrays = 'p_stream, p_tenant, p_version, p_event_id, p_type, p_schema_version, p_data, p_metadata, p_occurred_at';
const names = 'stream, tenant, version, event_id, type, schema_version, data, metadata, occurred_at';
const stored = `position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata, occurred_at, recorded_at`;

/** Rows of the version before have no hash: its replicas write them during an upgrade. */
const catchUp = `
  if chained_to < before then
    select c.hash into link from chain_of_event_log(chained_to, before, link) c;
  end if;`;

/** `isChained` false leaves the chain out: for measuring what it costs. */
export const appendFunctions = ({ isChained = true } = {}): readonly string[] => [
  appendBatch(isChained),
  appendEvent(isChained),
];

/**
 * One batch of appends, at most one per stream. `p_head_*` has one element per append, the others one per event, in
 * order. Answers the position before the first event stored, the time they were recorded, and which appends
 * were rejected (counted from 1) with their streams' actual versions.
 */
const appendBatch = (isChained: boolean): string => `
create or replace function append_batch(
  p_head_stream text[], p_head_tenant uuid[], p_head_expected int[],
  p_stream text[], p_tenant uuid[], p_version int[], p_event_id uuid[], p_type text[], p_schema_version smallint[],
  p_data jsonb[], p_metadata jsonb[], p_occurred_at timestamptz[],
  out base bigint, out recorded_at timestamptz, out rejected int[], out actual int[])
language plpgsql security definer set search_path = public, pg_temp as $function$
declare
  event_count int := cardinality(p_stream);
  before bigint;
  chained_to bigint;
  link bytea;
  content bytea;
  contents bytea[];
  links bytea[] := '{}';
begin
  -- Serialises the appends of this log until commit: positions are dense and become visible in order.
  select h.position, h.chained, h.hash into before, chained_to, link from log_head h where h.id = 0 for update;
  base := before;
  recorded_at := clock_timestamp();

  -- A new snapshot, taken under the lock: exact.
  select array_agg(h.i order by h.i), array_agg(coalesce(last.version, 0) order by h.i) into rejected, actual
    from unnest(p_head_stream, p_head_tenant, p_head_expected) with ordinality as h (stream, tenant, expected, i)
    left join lateral (
      select e.version from event_log e where e.stream_id = h.stream and e.tenant_id = h.tenant
       order by e.version desc limit 1) last on true
   where coalesce(last.version, 0) <> h.expected;

  if rejected is not null then
    select array_agg(a.stream order by a.i), array_agg(a.tenant order by a.i), array_agg(a.version order by a.i),
           array_agg(a.event_id order by a.i), array_agg(a.type order by a.i), array_agg(a.schema_version order by a.i),
           array_agg(a.data order by a.i), array_agg(a.metadata order by a.i), array_agg(a.occurred_at order by a.i),
           count(*)
      into ${arrays}, event_count
      from unnest(${arrays}) with ordinality as a (${names}, i)
     where not exists (select from unnest(rejected) as r where p_head_stream[r] = a.stream and p_head_tenant[r] = a.tenant);
    if event_count = 0 then return; end if;
  end if;
${
  isChained
    ? `${catchUp}
  select array_agg(${contentOf(ofBatch)} order by a.i) into contents
    from unnest(${arrays}) with ordinality as a (${names}, i);
  foreach content in array contents loop
    link := sha256(link || content);
    links := array_append(links, link);
  end loop;
  insert into event_log (${stored}, hash)
  select ${ofBatch.join(', ')}, a.link
    from unnest(${arrays}, links) with ordinality as a (${names}, link, i);
  update log_head set position = base + event_count, chained = base + event_count, hash = link where id = 0;`
    : `
  insert into event_log (${stored})
  select ${ofBatch.join(', ')}
    from unnest(${arrays}) with ordinality as a (${names}, i);
  update log_head set position = base + event_count where id = 0;`
}
end
$function$`;

/**
 * One event, with less ado. Answers its position and time, or the version its stream is at instead of the expected one.
 */
const appendEvent = (isChained: boolean): string => `
create or replace function append_event(
  p_stream text, p_tenant uuid, p_expected int, p_event_id uuid, p_type text, p_schema_version smallint, p_data jsonb,
  p_metadata jsonb, p_occurred_at timestamptz, out base bigint, out recorded_at timestamptz, out actual int)
language plpgsql security definer set search_path = public, pg_temp as $function$
declare
  before bigint;
  chained_to bigint;
  link bytea;
begin
  select h.position, h.chained, h.hash into before, chained_to, link from log_head h where h.id = 0 for update;
  recorded_at := clock_timestamp();
  select e.version into actual from event_log e where e.stream_id = p_stream and e.tenant_id = p_tenant
   order by e.version desc limit 1;
  actual := coalesce(actual, 0);
  if actual <> p_expected then return; end if;
  base := before + 1;
${
  isChained
    ? `${catchUp}
  link := sha256(link || ${contentOf(ofOne)});
  insert into event_log (${stored}, hash) values (${ofOne.join(', ')}, link);
  update log_head set position = base, chained = base, hash = link where id = 0;`
    : `
  insert into event_log (${stored}) values (${ofOne.join(', ')});
  update log_head set position = base where id = 0;`
}
end
$function$`;
