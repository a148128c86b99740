import { cellColumns } from '../cells/packed/columns.js';
import { type Tier, tiers } from '../cells/cuboids.js';

/**
 * Tables of the projection `ticket-facts`. Every one carries `tenant_id`; row-level security, policies and grants are the
 * framework's. Instants are timestamptz (UTC), durations whole seconds. Query with `tenant_id = $1` first: every index
 * starts with it. Only `=`, `<` and the like are leakproof, so only they use an index under row-level security: hence
 * B-trees, and no ranges with GiST.
 */
export const tables = [
  'ticket_fact',
  'ticket_moment',
  'backlog_segment',
  'cell_hour',
  'cell_day',
  'cell_week',
  'department_directory',
  'agent_directory',
] as const;

/**
 * Columns as TicketFact documents them. `activities` is {"<activity>": {"n": <count>, "seconds": <sum>}}; `fold` is the
 * state the next batch continues from, nothing to query.
 */
const ticketFact = (schema: string) => [
  `create table ${schema}.ticket_fact (
    tenant_id uuid not null,
    ticket_id uuid not null,
    number text,
    requester_id text,
    channel text,
    device text,
    locale text,
    opened_at timestamptz,
    opened_by text,
    opening_department_id text,
    opening_priority text,
    spam boolean not null,
    merged_into uuid,
    counted boolean not null,
    net boolean not null,
    status text,
    department_id text,
    priority text,
    agent_id text,
    tags text[] not null,
    first_assigned_at timestamptz,
    first_assigned_department_id text,
    first_assigned_priority text,
    first_assigned_agent_id text,
    first_assignment_seconds bigint,
    first_response_at timestamptz,
    first_response_department_id text,
    first_response_priority text,
    first_response_agent_id text,
    first_response_seconds bigint,
    first_resolved_at timestamptz,
    first_resolved_department_id text,
    first_resolved_priority text,
    first_resolved_agent_id text,
    first_resolution_seconds bigint,
    last_resolved_at timestamptz,
    last_resolved_department_id text,
    last_resolved_priority text,
    last_resolved_agent_id text,
    full_resolution_seconds bigint,
    last_closed_at timestamptz,
    close_seconds bigint,
    last_ended_at timestamptz,
    last_ended_department_id text,
    last_ended_priority text,
    last_ended_agent_id text,
    handle_seconds bigint,
    handle_since timestamptz,
    wrap_up_seconds bigint,
    last_wrap_up_at timestamptz,
    last_wrap_up_department_id text,
    last_wrap_up_priority text,
    last_wrap_up_agent_id text,
    requester_wait_seconds bigint,
    requester_wait_since timestamptz,
    transfers int not null,
    transfers_to_first_resolution int not null,
    agent_changes int not null,
    agent_changes_to_first_resolution int not null,
    ping_pong_returns int not null,
    reopenings int not null,
    resolutions int not null,
    requester_messages int not null,
    agent_messages int not null,
    automatic_replies int not null,
    one_touch boolean not null,
    activities jsonb not null,
    last_event_at timestamptz not null,
    fold json not null,
    primary key (tenant_id, ticket_id)
  ) with (fillfactor = 80)`,
  `create index ticket_fact_opened on ${schema}.ticket_fact (tenant_id, opened_at, ticket_id)`,
  `create index ticket_fact_first_response on ${schema}.ticket_fact (tenant_id, first_response_at) where first_response_at is not null`,
  `create index ticket_fact_first_resolved on ${schema}.ticket_fact (tenant_id, first_resolved_at) where first_resolved_at is not null`,
  `create index ticket_fact_last_resolved on ${schema}.ticket_fact (tenant_id, last_resolved_at) where last_resolved_at is not null`,
];

/**
 * What happens to a ticket any number of times, for figures by the time of the event and the rows behind them. Kinds:
 * `resolution`, `unresolved-closing` (`n` is -1 where a resolution takes one back), `reopening` (`detail` is 'opens' where it
 * found the ticket resolved or closed), `transfer` (`department_id` is whom it left, `detail` whom it went to), `requester-message`,
 * `agent-message`, `agent-change` and `activity` (`detail` is its name); the last four are counted by UTC hour: `n` of them, the first at
 * `at`. Opened tickets only, spam and merged ones too: join ticket_fact for `counted`. '' = not known.
 */
const ticketMoment = (schema: string) => [
  `create table ${schema}.ticket_moment (
    tenant_id uuid not null,
    ticket_id uuid not null,
    kind text not null,
    ordinal int not null,
    at timestamptz not null,
    department_id text not null,
    priority text not null,
    agent_id text not null,
    detail text not null,
    n int not null,
    seconds bigint not null,
    primary key (tenant_id, ticket_id, kind, ordinal)
  ) with (fillfactor = 90)`,
  `create index ticket_moment_at on ${schema}.ticket_moment (tenant_id, kind, at)`,
];

/**
 * One row per span of an open interval in which department, priority, agent and tags stayed the same; counted tickets only.
 * `to_at` is 'infinity' while it lasts; '' stands for no department, priority or agent. `span_class` sorts spans by length, so
 * that an instant is found by B-trees alone: see backlog-stab.ts.
 */
const backlogSegment = (schema: string) => [
  `create table ${schema}.backlog_segment (
    tenant_id uuid not null,
    ticket_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz not null,
    span_class smallint not null,
    department_id text not null,
    channel text not null,
    priority text not null,
    agent_id text not null,
    tags text[] not null,
    opened_at timestamptz not null,
    opened_by_bot boolean not null,
    primary key (tenant_id, ticket_id, from_at)
  ) with (fillfactor = 80)`,
  `create index backlog_segment_stab on ${schema}.backlog_segment (tenant_id, span_class, from_at, to_at)`,
  `create index backlog_segment_end on ${schema}.backlog_segment (tenant_id, to_at) where to_at < 'infinity'`,
];

/**
 * Rollups: what contributions.ts says each ticket adds, summed. `cuboid` numbers the list in cells/cuboids.ts, which also
 * says what dim1..dim3 are ('' = none); the columns of metrics are those of cells/packed/columns.ts, read with cells/packed/cell.ts. `hour`
 * and `day` count from 1970 in UTC, `week` from Monday, 29 December 1969; the last day there can be (`foreverDay`) holds sums of all days. What fits a page stays in its row: a look elsewhere for each column costs more than it saves.
 */
const cells = (schema: string, tier: Tier) => [
  `create table ${schema}.cell_${tier} (
    tenant_id uuid not null,
    cuboid smallint not null,
    ${tier} int not null,
    dim1 text not null,
    dim2 text not null,
    dim3 text not null,
    ${cellColumns.map((column) => `${column} bytea`).join(',\n    ')},
    primary key (tenant_id, cuboid, ${tier}, dim1, dim2, dim3)
  ) with (fillfactor = 70, toast_tuple_target = 8160)`,
];

const directories = (schema: string) => [
  `create table ${schema}.department_directory (
    tenant_id uuid not null,
    department_id text not null,
    name text not null,
    primary key (tenant_id, department_id)
  )`,
  `create table ${schema}.agent_directory (
    tenant_id uuid not null,
    agent_id text not null,
    name text not null default '',
    department_ids text[] not null default '{}',
    primary key (tenant_id, agent_id)
  )`,
];

export const ddl = (schema: string): readonly string[] => [
  ...ticketFact(schema),
  ...ticketMoment(schema),
  ...backlogSegment(schema),
  ...tiers.flatMap((tier) => cells(schema, tier)),
  ...directories(schema),
];
