import { type Tier, tiers } from '../cells/cuboids.js';
import { cellTableColumns } from './cells.store.js';
import { createTable } from './create-table.js';
import { agentColumns, departmentColumns } from './directories.store.js';
import { factColumns } from './fact-columns.js';
import { momentColumns, segmentColumns } from './fact-details.js';

/**
 * Tables of the projection `ticket-facts`. Every one carries `tenant_id`; row-level security, policies and grants are
 * the framework's. Instants are timestamptz (UTC), durations whole seconds. Query with `tenant_id = $1` first: every
 * index starts with it. Only `=`, `<` and the like are leakproof, so only they use an index under row-level security:
 * hence
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
  createTable(schema, 'ticket_fact', factColumns, 'fillfactor = 80'),
  `create index ticket_fact_opened on ${schema}.ticket_fact (tenant_id, opened_at, ticket_id)`,
  `create index ticket_fact_first_response on ${schema}.ticket_fact (tenant_id, first_response_at) where first_response_at is not null`,
  `create index ticket_fact_first_resolved on ${schema}.ticket_fact (tenant_id, first_resolved_at) where first_resolved_at is not null`,
  `create index ticket_fact_last_resolved on ${schema}.ticket_fact (tenant_id, last_resolved_at) where last_resolved_at is not null`,
];

/**
 * What happens to a ticket any number of times, for figures by the time of the event and the rows behind them. Kinds:
 * `resolution`, `unresolved-closing` (`n` is -1 where a resolution takes one back), `reopening` (`detail` is 'opens'
 * where it found the ticket resolved or closed), `transfer` (`department_id` is whom it left, `detail` whom it went
 * to), `requester-message`, `agent-message`, `agent-change` and `activity` (`detail` is its name); the last four are
 * counted by UTC hour: `n` of them, the first at `at`. Opened tickets only, spam and merged ones too: join ticket_fact
 * for `counted`. '' = not known.
 */
const ticketMoment = (schema: string) => [
  createTable(schema, 'ticket_moment', momentColumns, 'fillfactor = 90'),
  `create index ticket_moment_at on ${schema}.ticket_moment (tenant_id, kind, at)`,
];

/**
 * One row per span of an open interval in which department, priority, agent and tags stayed the same; counted tickets
 * only. `to_at` is 'infinity' while it lasts; '' stands for no department, priority or agent. `span_class` sorts spans
 * by length, so that an instant is found by B-trees alone: see covering-segments.ts.
 */
const backlogSegment = (schema: string) => [
  createTable(schema, 'backlog_segment', segmentColumns, 'fillfactor = 80'),
  `create index backlog_segment_stab on ${schema}.backlog_segment (tenant_id, span_class, from_at, to_at)`,
  `create index backlog_segment_end on ${schema}.backlog_segment (tenant_id, to_at) where to_at < 'infinity'`,
];

/**
 * Rollups: what contributions.ts says each ticket adds, summed. `cuboid` numbers the list in cells/cuboids.ts, which
 * also says what dim1..dim3 are ('' = none); the columns of metrics are those of cells/packed/columns.ts, read with
 * cells/packed/cell.ts. `hour` and `day` count from 1970 in UTC, `week` from Monday, 29 December 1969; the last day
 * there can be (`foreverDay`) holds sums of all days. What fits a page stays in its row: a look elsewhere for each
 * column costs more than it saves.
 */
const cells = (schema: string, tier: Tier) =>
  createTable(schema, `cell_${tier}`, cellTableColumns(tier), 'fillfactor = 70, toast_tuple_target = 8160');

const directories = (schema: string) => [
  createTable(schema, 'department_directory', departmentColumns),
  createTable(schema, 'agent_directory', agentColumns),
];

export const ddl = (schema: string): readonly string[] => [
  ...ticketFact(schema),
  ...ticketMoment(schema),
  ...backlogSegment(schema),
  ...tiers.map((tier) => cells(schema, tier)),
  ...directories(schema),
];
