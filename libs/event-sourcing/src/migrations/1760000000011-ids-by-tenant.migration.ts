import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only.js';

const constraints = [
  { name: 'event_log_event_id', columns: 'event_id, tenant_id' },
  { name: 'event_log_stream_version', columns: 'stream_id, tenant_id, version' },
];

/**
 * Ids of events, streams and commands are unique within their tenant: no tenant can take one that another's next
 * command will have. The tenant comes second in the indexes, so that a replica of the version before, which asks
 * without it, finds its rows as fast.
 *
 * The indexes are built beside the appends. What is left of an attempt that was cut off is built anew.
 */
export class IdsByTenant1760000000011 extends ForwardOnly {
  readonly name = 'IdsByTenant1760000000011';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const { name, columns } of constraints) {
      await runner.query(`drop index concurrently if exists ${name}_next`);
      await runner.query(`create unique index concurrently ${name}_next on event_log (${columns})`);
    }
    const swaps = constraints.map(
      ({ name }) => `drop constraint if exists ${name}, add constraint ${name} unique using index ${name}_next`,
    );
    await runner.query(`alter table event_log ${swaps.join(', ')}`);
    await runner.query(`
      alter table command_answer drop constraint if exists command_answer_pkey,
        add constraint command_answer_pkey primary key (command_id, tenant_id)`);
    await runner.query(keepCommandAnswer);
    await runner.query(refuseAnsweredCommand);
  }
}

/** As before, within the tenant. */
const keepCommandAnswer = `
create or replace function keep_command_answer(
  p_command_id uuid, p_tenant_id uuid, p_request_hash text, p_stream_id text, p_version int, p_position bigint)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $function$
declare
  kept boolean;
begin
  perform 1 from log_head where id = 0 for update;
  if exists (select from event_log where event_id = p_command_id and tenant_id = p_tenant_id) then
    return false;
  end if;
  insert into command_answer (command_id, tenant_id, request_hash, stream_id, version, position)
  values (p_command_id, p_tenant_id, p_request_hash, p_stream_id, p_version, p_position)
  on conflict do nothing;
  kept := found;
  delete from command_answer where (command_id, tenant_id) in (
    select command_id, tenant_id from command_answer where answered_at < clock_timestamp() - interval '30 days'
     order by answered_at limit 10);
  return kept;
end
$function$`;

/** As before, within the tenant. */
const refuseAnsweredCommand = `
create or replace function refuse_answered_command() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $function$
begin
  if exists (select from command_answer where command_id = new.event_id and tenant_id = new.tenant_id) then
    raise unique_violation using message = 'the command has been answered', constraint = 'command_answer_pkey';
  end if;
  return new;
end
$function$`;
