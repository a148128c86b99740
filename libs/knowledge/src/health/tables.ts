/**
 * The tables of the read model `health`: what people say of articles, where articles were put into replies, and what is
 * wrong with each text.
 */

export const tables = [
  'rating',
  'rating_figure',
  'correction',
  'article_use',
  'ticket_requester',
  'text_link',
  'health_article',
  'article_health',
] as const;

/** Fewer ratings say nothing. */
export const fewestRatings = 20;

/**
 * The lower end of Wilson's 95% interval for the share of readers whom the text helped; null below `fewestRatings`.
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927; z = 1.959964.
 */
const helpfulAtLeast = `case when helpful + not_helpful >= ${fewestRatings} then
    (helpful + 1.920729 - 1.959964 * sqrt(helpful::double precision * not_helpful / (helpful + not_helpful) + 0.960365))
    / (helpful + not_helpful + 3.841459) end`;

const figures = `helpful int not null, not_helpful int not null,
     helpful_at_least double precision generated always as (${helpfulAtLeast}) stored`;

export const ddl = (schema: string): readonly string[] => [
  // One row a reader and revision: a rating of a later revision leaves it as it is.
  `create table ${schema}.rating (
     tenant_id uuid not null, article_id uuid not null, locale text not null, voter_id uuid not null, revision int not null,
     helpful boolean not null, reason text, comment text, rated_at timestamptz not null, position bigint not null,
     primary key (tenant_id, article_id, locale, voter_id, revision))`,
  `create index on ${schema}.rating (tenant_id, article_id, rated_at)`,
  `create index on ${schema}.rating (tenant_id, article_id, position desc) where comment is not null`,
  `create table ${schema}.rating_figure (
     tenant_id uuid not null, article_id uuid not null, locale text not null, revision int not null, ${figures},
     primary key (tenant_id, article_id, locale, revision))`,
  `create table ${schema}.correction (
     tenant_id uuid not null, report_id uuid not null, article_id uuid not null, locale text not null, revision int not null,
     ticket_id uuid, note text not null, reported_by text, reported_at timestamptz not null, outcome text, closed_by text,
     closed_at timestamptz, fixed_in int, of_report_id uuid, recalled_at timestamptz, primary key (tenant_id, report_id))`,
  `create index on ${schema}.correction (tenant_id, reported_at, report_id) where outcome is null`,
  `create index on ${schema}.correction (tenant_id, closed_at desc, report_id) where outcome is not null`,
  `create index on ${schema}.correction (tenant_id, article_id)`,
  `create index on ${schema}.correction (tenant_id, of_report_id) where of_report_id is not null`,
  `create table ${schema}.article_use (
     tenant_id uuid not null, article_id uuid not null, locale text not null, revision int not null, ticket_id uuid not null,
     used_at timestamptz not null, primary key (tenant_id, article_id, locale, revision, ticket_id))`,
  `create index on ${schema}.article_use (tenant_id, ticket_id)`,
  // Of every ticket that intake tells of: in which language its requester wrote, and who that is.
  `create table ${schema}.ticket_requester (
     tenant_id uuid not null, ticket_id uuid not null, requester_id text not null, locale text not null,
     opened_at timestamptz not null, primary key (tenant_id, ticket_id))`,
  // Numbers of articles that a revision links to.
  `create table ${schema}.text_link (
     tenant_id uuid not null, article_id uuid not null, locale text not null, revision int not null, number bigint not null,
     primary key (tenant_id, article_id, locale, revision, number))`,
  `create index on ${schema}.text_link (tenant_id, number)`,
  // What the rows below take from their article. Available: something of it is published, and it is not archived.
  `create table ${schema}.health_article (
     tenant_id uuid not null, article_id uuid not null, number bigint not null, source_locale text not null,
     owner_id text, verify_every_days int, looked_at timestamptz not null, archived boolean not null,
     available boolean not null, primary key (tenant_id, article_id), unique (tenant_id, number))`,
  // One row for each text that was ever published; revision null: it is withdrawn.
  `create table ${schema}.article_health (
     tenant_id uuid not null, article_id uuid not null, locale text not null, number bigint not null, title text not null,
     revision int, archived boolean not null, owner_id text, verify_due_at timestamptz, changed_words int,
     broken_links int not null, open_corrections int not null, ${figures}, primary key (tenant_id, article_id, locale))`,
  `create index on ${schema}.article_health (tenant_id, number, locale)`,
];
