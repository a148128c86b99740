/** The tables that keep the texts of tickets, without a schema; a read model that has them declares them as its own. */
export const textTables = ['ticket_text', 'ticket_posting', 'ticket_form', 'ticket_language'] as const;

/** Statements that create them in a schema, for `Projection.ddl`. */
export function textDdl(schema: string): readonly string[] {
  // Every row belongs to the log that it was told by: what a log leads to does not depend on what another has told by
  // then. Bytewise order, since under row-level security only = and < use an index.
  return [
    `create table ${schema}.ticket_text (
      tenant_id uuid not null,
      ticket_id uuid not null,
      log text collate "C" not null,
      version int not null,
      position bigint not null,
      entry_id uuid not null,
      kind text not null,
      author_id text,
      at timestamptz not null,
      title text,
      people text[] not null,
      tags text[] not null,
      number text,
      body text,
      primary key (tenant_id, ticket_id, log, version))`,
    `create table ${schema}.ticket_posting (
      tenant_id uuid not null,
      word text collate "C" not null,
      log text collate "C" not null,
      block int not null,
      items bytea not null,
      primary key (tenant_id, word, log, block)) with (fillfactor = 90)`,
    // At most 4 kB: in the row, and never compressed, it is read with a single access.
    `alter table ${schema}.ticket_posting alter column items set storage plain`,
    `create table ${schema}.ticket_form (
      tenant_id uuid not null,
      log text collate "C" not null,
      folded text collate "C" not null,
      form text collate "C" not null,
      backwards text collate "C" not null,
      primary key (tenant_id, log, folded, form))`,
    `create index on ${schema}.ticket_form (tenant_id, log, backwards)`,
    `create table ${schema}.ticket_language (
      tenant_id uuid not null,
      language text collate "C" not null,
      primary key (tenant_id, language))`,
  ];
}
