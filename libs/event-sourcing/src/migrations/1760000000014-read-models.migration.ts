import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only.js';

/**
 * What the service's role needs in order to rebuild and swap read models without being their owner: the statements that
 * make the tables of each version, which only the owner writes, and functions that run with the owner's rights. They
 * carry out stored statements, or drop and move tables between the schemas of read models, and nothing else.
 */
export class ReadModels1760000000014 extends ForwardOnly {
  readonly name = 'ReadModels1760000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create schema if not exists installation');
    await runner.query(`
      create table installation.read_model (
        projection text not null,
        version int not null,
        statements text[] not null,
        stored_at timestamptz not null default now(),
        primary key (projection, version))`);
    await runner.query(
      `comment on column installation.read_model.statements is 'they make the tables in the schema read_model_next'`,
    );
    for (const statement of [createNextTables, dropTables, moveTables]) await runner.query(statement);
    await runner.query('revoke execute on all functions in schema installation from public');
  }
}

const createNextTables = `
create function installation.create_next_tables(p_projection text, p_version int) returns void
language plpgsql security definer set search_path = public, pg_temp as $function$
declare
  stored text[];
  statement text;
begin
  select r.statements into stored from installation.read_model r
   where r.projection = p_projection and r.version = p_version;
  if not found then
    raise no_data_found using message = format('The tables of %s, version %s, were never prepared.', p_projection, p_version);
  end if;
  foreach statement in array stored loop
    execute statement;
  end loop;
end
$function$`;

/** The schema of a slot; an error for anything that is no slot. */
const schemaOf = (slot: string): string => `(case ${slot}
  when 'live' then 'read_model' when 'next' then 'read_model_next' when 'previous' then 'read_model_previous' end)`;

/** Live tables are moved away before they are dropped. */
const dropTables = `
create function installation.drop_tables(p_tables text[], p_slot text) returns void
language plpgsql security definer set search_path = public, pg_temp as $function$
begin
  if p_slot not in ('next', 'previous') then
    raise invalid_parameter_value using message = format('Tables are not dropped in the slot %s.', p_slot);
  end if;
  if cardinality(p_tables) > 0 then
    execute 'drop table if exists ' ||
      (select string_agg(format('%I.%I', ${schemaOf('p_slot')}, t), ', ') from unnest(p_tables) as t);
  end if;
end
$function$`;

const moveTables = `
create function installation.move_tables(p_tables text[], p_from text, p_to text) returns void
language plpgsql security definer set search_path = public, pg_temp as $function$
declare
  one text;
begin
  foreach one in array p_tables loop
    execute format('alter table %I.%I set schema %I', ${schemaOf('p_from')}, one, ${schemaOf('p_to')});
  end loop;
end
$function$`;
