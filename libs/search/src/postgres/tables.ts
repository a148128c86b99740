/** The tables of an index in PostgreSQL, without a schema; a read model that keeps one declares them as its own. */
export interface SearchTables {
  readonly posting: string;
  readonly term: string;
  readonly document: string;
}

/** @param prefix of the names, where a database has several indexes: lower case letters, digits and underscores */
export function searchTables(prefix = 'search'): SearchTables {
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(prefix)) {
    throw new RangeError(`The prefix ${JSON.stringify(prefix)} is none: give 1 to 41 of a-z, 0-9 and _.`);
  }
  return { posting: `${prefix}_posting`, term: `${prefix}_term`, document: `${prefix}_document` };
}

/** Statements that create the tables in a schema, for `Projection.ddl`. */
export function searchDdl(
  schema: string,
  { posting, term, document }: SearchTables = searchTables(),
): readonly string[] {
  // Bytewise order, as ranges and the engine in memory have it. Under row-level security only leakproof comparisons use
  // an index: = and < are, `like` is not.
  return [
    `create table ${schema}.${posting} (
      tenant_id uuid not null,
      audience text collate "C" not null,
      locale text collate "C" not null,
      channel text collate "C" not null,
      term text collate "C" not null,
      block int not null,
      documents int not null,
      entries bytea not null,
      primary key (tenant_id, audience, locale, channel, term, block))`,
    // 1 kB on average: in the row and not compressed, it is read with a single access.
    `alter table ${schema}.${posting} set (toast_tuple_target = 8160)`,
    `alter table ${schema}.${posting} alter column entries set storage external`,
    `create table ${schema}.${term} (
      tenant_id uuid not null,
      audience text collate "C" not null,
      locale text collate "C" not null,
      folded text collate "C" not null,
      form text collate "C" not null,
      stem text collate "C" not null,
      backwards text collate "C" not null,
      primary key (tenant_id, audience, locale, folded, form))`,
    `create index on ${schema}.${term} (tenant_id, audience, locale, stem)`,
    `create index on ${schema}.${term} (tenant_id, audience, locale, backwards)`,
    `create table ${schema}.${document} (
      tenant_id uuid not null,
      locale text collate "C" not null,
      number int not null,
      audience text not null,
      signal float8 not null,
      vector bytea not null,
      content bytea not null,
      primary key (tenant_id, locale, number))`,
    // Neither is made smaller by another compression; the vector stays beside the signal as long as there is room.
    `alter table ${schema}.${document} alter column content set storage external, alter column vector set storage main`,
  ];
}
