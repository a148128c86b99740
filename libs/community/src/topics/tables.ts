/** The tables of the read model `topics`. Audiences are ranks, 0 for the widest. */

export const tables = [
  'forum_category',
  'forum_category_name',
  'forum_moderator',
  'topic',
  'post',
  'post_edition',
  'post_vote',
  'idea_vote',
] as const;

/** What stands in lists: topics whose first post readers see, and that are not shown as part of another one. */
export const listed = `first_state = 'visible' and merged_into is null`;

export const ddl = (schema: string): readonly string[] => [
  `create table ${schema}.forum_category (
     tenant_id uuid not null, category_id uuid not null, place int not null, audience smallint not null,
     archived boolean not null, version int not null, primary key (tenant_id, category_id))`,
  `create table ${schema}.forum_category_name (
     tenant_id uuid not null, category_id uuid not null, locale text not null, name text not null,
     primary key (tenant_id, category_id, locale))`,
  `create table ${schema}.forum_moderator (
     tenant_id uuid not null, category_id uuid not null, person_id text not null,
     primary key (tenant_id, category_id, person_id))`,
  // `root_id`: where its posts are shown; itself unless it was merged. Counts are of what readers see there.
  `create table ${schema}.topic (
     tenant_id uuid not null, topic_id uuid not null, number bigint not null, category_id uuid not null,
     kind text not null, locale text not null, member_id uuid not null, title text not null,
     started_at timestamptz not null, bumped_at timestamptz not null, first_state text not null,
     locked boolean not null, pinned boolean not null, solved boolean not null, merged_into uuid, root_id uuid not null,
     posts int not null, votes int not null, idea_votes int not null, version int not null,
     primary key (tenant_id, topic_id), unique (tenant_id, number))`,
  `create index on ${schema}.topic (tenant_id, category_id, pinned desc, bumped_at desc, topic_id) where ${listed}`,
  `create index on ${schema}.topic (tenant_id, category_id, locale, bumped_at desc, topic_id) where ${listed}`,
  `create index on ${schema}.topic (tenant_id, bumped_at desc, topic_id) where ${listed}`,
  `create index on ${schema}.topic (tenant_id, solved, bumped_at desc, topic_id) where ${listed}`,
  `create index on ${schema}.topic (tenant_id, bumped_at desc, topic_id) where ${listed} and posts = 1`,
  `create index on ${schema}.topic (tenant_id, idea_votes desc, topic_id) where ${listed} and kind = 'idea'`,
  `create index on ${schema}.topic (tenant_id, root_id)`,
  `create index on ${schema}.topic (tenant_id, member_id, started_at)`,
  // `shown_in`: the root of its topic.
  `create table ${schema}.post (
     tenant_id uuid not null, post_id uuid not null, topic_id uuid not null, shown_in uuid not null,
     member_id uuid not null, reply_to uuid, official boolean not null, state text not null, body text not null,
     edition int not null, posted_at timestamptz not null, edited_at timestamptz, accepted boolean not null,
     doubts int not null, votes int not null, primary key (tenant_id, post_id))`,
  `create index on ${schema}.post (tenant_id, shown_in, posted_at, post_id)`,
  `create index on ${schema}.post (tenant_id, topic_id)`,
  `create index on ${schema}.post (tenant_id, member_id, posted_at)`,
  `create table ${schema}.post_edition (
     tenant_id uuid not null, post_id uuid not null, edition int not null, body text not null, reason text,
     by_moderator boolean not null, written_at timestamptz not null, primary key (tenant_id, post_id, edition))`,
  // Votes that count.
  `create table ${schema}.post_vote (
     tenant_id uuid not null, post_id uuid not null, member_id uuid not null, cast_at timestamptz not null,
     primary key (tenant_id, post_id, member_id))`,
  `create index on ${schema}.post_vote (tenant_id, member_id, cast_at)`,
  // Votes that are on ideas now.
  `create table ${schema}.idea_vote (
     tenant_id uuid not null, topic_id uuid not null, member_id uuid not null,
     primary key (tenant_id, topic_id, member_id))`,
];
