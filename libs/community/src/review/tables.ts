/** The tables of the read model `reviews`. */

export const tables = ['review_item', 'review_flag', 'spam_feature', 'spam_total'] as const;

export const ddl = (schema: string): readonly string[] => [
  // One row a post. Weight and flags: of those that nobody has decided on. `position`: of the last event.
  `create table ${schema}.review_item (
     tenant_id uuid not null, post_id uuid not null, topic_id uuid not null, author_id uuid not null,
     state text not null, edition int not null, held boolean not null, hidden boolean not null,
     score double precision not null, signals jsonb not null, flags int not null, weight double precision not null,
     reach int not null, priority double precision generated always as (weight * reach + score) stored,
     opened_at timestamptz not null, outcome text, action text, reason text, note text, decided_by uuid,
     decided_at timestamptz, appeal text, appealed_at timestamptz, version int not null, position bigint not null,
     primary key (tenant_id, post_id))`,
  `create index on ${schema}.review_item (tenant_id, state, priority desc, opened_at, post_id)`,
  `create index on ${schema}.review_item (tenant_id, position desc)`,
  `create index on ${schema}.review_item (tenant_id, author_id) where action = 'hide'`,
  // Outcome null: nobody has decided on it.
  `create table ${schema}.review_flag (
     tenant_id uuid not null, post_id uuid not null, member_id uuid not null, position bigint not null,
     reason text not null, weight double precision not null, note text, flagged_at timestamptz not null,
     outcome text, decided_at timestamptz, primary key (tenant_id, position))`,
  `create unique index on ${schema}.review_flag (tenant_id, post_id, member_id) where outcome is null`,
  `create index on ${schema}.review_flag (tenant_id, member_id, decided_at desc) where outcome is not null`,
  `create index on ${schema}.review_flag (tenant_id, member_id, flagged_at)`,
  `create index on ${schema}.review_flag (tenant_id, member_id, position desc)`,
  // How many texts hold a feature, by what moderators have said of them.
  `create table ${schema}.spam_feature (
     tenant_id uuid not null, feature int not null, spam int not null, honest int not null,
     primary key (tenant_id, feature))`,
  `create table ${schema}.spam_total (
     tenant_id uuid not null, spam int not null, honest int not null, primary key (tenant_id))`,
];
