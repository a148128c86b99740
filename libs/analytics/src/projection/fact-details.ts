/** The rows of a ticket beside its fact: segments of the backlog, and moments. Pure. */
import type { Moment, TicketFact } from '../ticket-facts/ticket-fact.js';
import { spanClass } from './covering-segments.js';
import { textArrayLiteral } from './binary-arrays.js';
import type { Column } from './bulk-table.store.js';

export interface SegmentRow {
  readonly tenantId: string;
  readonly ticketId: string;
  readonly from: number;
  readonly to: number | null;
  readonly departmentId: string;
  readonly channel: string;
  readonly priority: string;
  readonly agentId: string;
  /** As PostgreSQL writes an array. */
  readonly tags: string;
  readonly openedAt: number;
  readonly openedByBot: boolean;
}

export const segmentColumns: readonly Column<SegmentRow>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'ticket_id', type: 'uuid', key: true, value: (row) => row.ticketId },
  { name: 'from_at', type: 'timestamptz', key: true, value: (row) => row.from },
  { name: 'to_at', type: 'timestamptz', value: (row) => row.to ?? Infinity },
  { name: 'span_class', type: 'int2', value: (row) => spanClass(row.from, row.to) },
  { name: 'department_id', type: 'text', value: (row) => row.departmentId },
  { name: 'channel', type: 'text', value: (row) => row.channel },
  { name: 'priority', type: 'text', value: (row) => row.priority },
  { name: 'agent_id', type: 'text', value: (row) => row.agentId },
  { name: 'tags', type: 'text', as: 'text[]', value: (row) => row.tags },
  { name: 'opened_at', type: 'timestamptz', value: (row) => row.openedAt },
  { name: 'opened_by_bot', type: 'bool', value: (row) => row.openedByBot },
];

export interface MomentRow {
  readonly tenantId: string;
  readonly ticketId: string;
  readonly kind:
    | 'resolution'
    | 'unresolved-closing'
    | 'reopening'
    | 'transfer'
    | 'requester-message'
    | 'agent-message'
    | 'agent-change'
    | 'activity';
  /** From 0 within ticket and kind. */
  readonly ordinal: number;
  readonly at: number;
  readonly departmentId: string;
  readonly priority: string;
  readonly agentId: string;
  readonly detail: string;
  readonly n: number;
  readonly seconds: number;
}

export const momentColumns: readonly Column<MomentRow>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'ticket_id', type: 'uuid', key: true, value: (row) => row.ticketId },
  { name: 'kind', type: 'text', key: true, value: (row) => row.kind },
  { name: 'ordinal', type: 'int4', key: true, value: (row) => row.ordinal },
  { name: 'at', type: 'timestamptz', value: (row) => row.at },
  { name: 'department_id', type: 'text', value: (row) => row.departmentId },
  { name: 'priority', type: 'text', value: (row) => row.priority },
  { name: 'agent_id', type: 'text', value: (row) => row.agentId },
  { name: 'detail', type: 'text', value: (row) => row.detail },
  { name: 'n', type: 'int4', value: (row) => row.n },
  { name: 'seconds', type: 'int8', value: (row) => row.seconds },
];

export function segmentsOf(fact: TicketFact): SegmentRow[] {
  const { tenantId, ticketId, openedAt, channel, backlog } = fact;
  if (openedAt === null) return [];
  return backlog.map(({ from, to, departmentId, priority, agentId, tags }) => ({
    tenantId,
    ticketId,
    from,
    to,
    departmentId: departmentId ?? '',
    channel: channel ?? '',
    priority: priority ?? '',
    agentId: agentId ?? '',
    tags: textArrayLiteral(tags),
    openedAt,
    openedByBot: fact.openedBy === 'bot',
  }));
}

export function momentsOf(fact: TicketFact): MomentRow[] {
  const rows: MomentRow[] = [];
  const add = <M extends Moment>(
    kind: MomentRow['kind'],
    moments: readonly M[],
    more: (moment: M) => Partial<Pick<MomentRow, 'detail' | 'n' | 'seconds'>> = () => ({}),
  ) => {
    moments.forEach((moment, ordinal) => {
      const { at, departmentId, priority, agentId } = moment;
      const owner = { departmentId: departmentId ?? '', priority: priority ?? '', agentId: agentId ?? '' };
      const { tenantId, ticketId } = fact;
      rows.push({ tenantId, ticketId, kind, ordinal, at, ...owner, detail: '', n: 1, seconds: 0, ...more(moment) });
    });
  };
  add('resolution', fact.resolutions);
  add('unresolved-closing', fact.unresolvedClosings, ({ n }) => ({ n }));
  add('reopening', fact.reopenings, ({ opens }) => ({ detail: opens ? 'opens' : '' }));
  add('transfer', fact.transfers, ({ toDepartmentId }) => ({ detail: toDepartmentId }));
  add('requester-message', fact.requesterMessages, ({ n }) => ({ n }));
  add('agent-message', fact.agentMessages, ({ n }) => ({ n }));
  add('agent-change', fact.agentChanges, ({ n }) => ({ n }));
  add('activity', fact.activities, ({ activity, n, seconds }) => ({ detail: activity, n, seconds }));
  return rows;
}

/** What must be written and removed to turn the old rows into the new ones. */
export function difference<Row extends object>(
  before: readonly Row[],
  after: readonly Row[],
  keyOf: (row: Row) => string | number,
): { readonly changed: readonly Row[]; readonly gone: readonly Row[] } {
  if (before.length === 0) return { changed: after, gone: [] };
  const old = new Map(before.map((row) => [keyOf(row), row]));
  const changed = after.filter((row) => {
    const previous = old.get(keyOf(row));
    old.delete(keyOf(row));
    return !previous || !sameFields(previous, row);
  });
  return { changed, gone: [...old.values()] };
}

const sameFields = <Row extends object>(a: Row, b: Row) =>
  (Object.keys(a) as (keyof Row)[]).every((field) => a[field] === b[field]);
