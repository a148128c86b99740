/** The tables of the read model `articles`. Audiences are ranks, 0 for the widest, so that the strictest is the greatest. */

export const tables = [
  'library',
  'synonyms',
  'pin',
  'category',
  'category_name',
  'article',
  'article_text',
  'text_revision',
  'publication',
  'old_address',
  'file',
  'file_use',
] as const;

export const ddl = (schema: string): readonly string[] => [
  `create table ${schema}.library (
     tenant_id uuid primary key, source text not null, locales text[] not null, fallbacks jsonb not null)`,
  `create table ${schema}.synonyms (
     tenant_id uuid not null, locale text not null, groups jsonb not null, primary key (tenant_id, locale))`,
  `create table ${schema}.pin (
     tenant_id uuid not null, key text not null, locale text not null, query text not null, article_ids uuid[] not null,
     primary key (tenant_id, key))`,
  `create index on ${schema}.pin (tenant_id, locale)`,
  `create table ${schema}.category (
     tenant_id uuid not null, category_id uuid not null, parent_id uuid, place int not null, audience smallint not null,
     effective_audience smallint not null, archived boolean not null, primary key (tenant_id, category_id))`,
  `create table ${schema}.category_name (
     tenant_id uuid not null, category_id uuid not null, locale text not null, name text not null,
     primary key (tenant_id, category_id, locale))`,
  `create table ${schema}.article (
     tenant_id uuid not null, article_id uuid not null, number bigint not null, source_locale text not null,
     category_id uuid, audience smallint not null, effective_audience smallint not null, archived boolean not null,
     successor_id uuid, version int not null, drafted_at timestamptz not null, owner_id text, verify_every_days int,
     verified_at timestamptz, ticket_id uuid,
     primary key (tenant_id, article_id), unique (tenant_id, number))`,
  `create index on ${schema}.article (tenant_id, category_id)`,
  // One row a language: where its text stands.
  `create table ${schema}.article_text (
     tenant_id uuid not null, article_id uuid not null, locale text not null, version int not null,
     draft_revision int, submitted_at timestamptz, return_reason text, published_revision int, released_revision int,
     follows int, source_revision int, changed_blocks int, changed_words int, significance text, found_position bigint,
     primary key (tenant_id, article_id, locale))`,
  // Of what was ever published: the position of the last event after which it is found otherwise than before.
  `create index on ${schema}.article_text (found_position) where found_position is not null`,
  `create index on ${schema}.article_text (tenant_id, found_position) where found_position is not null`,
  `create index on ${schema}.article_text (tenant_id, locale, changed_words desc, article_id) where changed_words is not null`,
  `create index on ${schema}.article_text (tenant_id, submitted_at) where submitted_at is not null`,
  `create table ${schema}.text_revision (
     tenant_id uuid not null, article_id uuid not null, locale text not null, revision int not null, based_on int not null,
     follows int, title text not null, summary text not null, keywords text[] not null, body text not null,
     origin text not null, person_id text not null, drafted_at timestamptz not null, restored_from int,
     blocks jsonb not null, html text not null, headings jsonb not null,
     primary key (tenant_id, article_id, locale, revision))`,
  // When which revision was what people read. A revision that was withdrawn may be published again.
  `create table ${schema}.publication (
     tenant_id uuid not null, article_id uuid not null, locale text not null, position bigint not null,
     revision int not null, title text not null, slug text not null, significance text, follows int,
     published_from timestamptz not null, published_to timestamptz,
     primary key (tenant_id, article_id, locale, position))`,
  `create index on ${schema}.publication (tenant_id, article_id) where published_to is null`,
  `create table ${schema}.old_address (
     tenant_id uuid not null, path text not null, article_id uuid not null, locale text, primary key (tenant_id, path))`,
  `create index on ${schema}.old_address (tenant_id, article_id)`,
  `create table ${schema}.file (
     tenant_id uuid not null, file_id uuid not null, name text not null, type text not null, bytes bigint not null,
     sha256 text not null, added_at timestamptz not null, primary key (tenant_id, file_id))`,
  // Which revisions show or link it.
  `create table ${schema}.file_use (
     tenant_id uuid not null, file_id uuid not null, article_id uuid not null, locale text not null, revision int not null,
     primary key (tenant_id, file_id, article_id, locale, revision))`,
];
