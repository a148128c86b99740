/** The tables of the read model `reading`. */

export const tables = ['visit', 'attempt', 'opened_ticket', 'seen_text', 'reading_daily', 'search_daily'] as const;

export const ddl = (schema: string): readonly string[] => [
  `create table ${schema}.visit (
     tenant_id uuid not null, session_id uuid not null, requester_id text, began_at timestamptz not null,
     last_at timestamptz not null, settled boolean not null, primary key (tenant_id, session_id))`,
  `create index on ${schema}.visit (last_at) where not settled`,
  // An attempt belongs to the visit that began it first, whoever else names it later.
  `create table ${schema}.attempt (
     tenant_id uuid not null, session_id uuid not null, attempt_id uuid not null, position bigint not null,
     requester_id text, began_at timestamptz not null, settled boolean not null,
     primary key (tenant_id, session_id, attempt_id))`,
  `create index on ${schema}.attempt (tenant_id, attempt_id, position)`,
  // What intake tells of tickets that their requesters have written.
  `create table ${schema}.opened_ticket (
     tenant_id uuid not null, ticket_id uuid not null, requester_id text not null, attempt_id uuid,
     opened_at timestamptz not null, primary key (tenant_id, ticket_id))`,
  `create index on ${schema}.opened_ticket (tenant_id, requester_id, opened_at)`,
  `create index on ${schema}.opened_ticket (tenant_id, attempt_id) where attempt_id is not null`,
  // Which revisions a visit had before its reader's eyes.
  `create table ${schema}.seen_text (
     tenant_id uuid not null, session_id uuid not null, article_id uuid not null, locale text not null,
     revision int not null, requester_id text, first_at timestamptz not null, last_at timestamptz not null,
     primary key (tenant_id, session_id, article_id, locale, revision))`,
  `create index on ${schema}.seen_text (tenant_id, requester_id, first_at) where requester_id is not null`,
  `create index on ${schema}.seen_text (tenant_id, article_id, locale, revision)`,
  // Days are of UTC. A view of another language than was wanted has two different ones.
  `create table ${schema}.reading_daily (
     tenant_id uuid not null, day date not null, article_id uuid not null, locale text not null,
     wanted_locale text not null, views int not null,
     primary key (tenant_id, day, article_id, locale, wanted_locale))`,
  `create table ${schema}.search_daily (
     tenant_id uuid not null, day date not null, locale text not null, terms text not null, searches int not null,
     zero_results int not null, opened int not null, primary key (tenant_id, day, locale, terms))`,
];
