import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only.js';

/**
 * Answers of commands that led to no event. The head row orders them among the appends: whoever holds it sees what was
 * stored before, so that of one command either its events are stored or its answer, and never both.
 */
export class CommandAnswers1760000000010 extends ForwardOnly {
  readonly name = 'CommandAnswers1760000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table command_answer (
        command_id uuid primary key,
        tenant_id uuid not null,
        request_hash text not null,
        stream_id text collate "C" not null,
        version int not null,
        position bigint not null,
        answered_at timestamptz not null default clock_timestamp())`);
    await runner.query(`create index command_answer_age on command_answer (answered_at)`);
    await runner.query(keepCommandAnswer);
    await runner.query(refuseAnsweredCommand);
    await runner.query(`
      create trigger answered_command before insert on event_log
        for each row when (new.metadata ? 'requestHash') execute function refuse_answered_command()`);
  }
}

/** False if the command has an answer or events. Each new answer removes up to ten that have passed their 30 days. */
const keepCommandAnswer = `
create function keep_command_answer(
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
  delete from command_answer where command_id in (
    select command_id from command_answer where answered_at < clock_timestamp() - interval '30 days'
     order by answered_at limit 10);
  return kept;
end
$function$`;

/** Looks at every first event of a keyed command, under the head row that its append holds. */
const refuseAnsweredCommand = `
create function refuse_answered_command() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $function$
begin
  if exists (select from command_answer where command_id = new.event_id) then
    raise unique_violation using message = 'the command has been answered', constraint = 'command_answer_pkey';
  end if;
  return new;
end
$function$`;
