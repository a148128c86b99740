/** The rows behind a number, in pages. */
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { periodOfQuestion } from './asked-period.query.js';
import { measureBacklog, measureBacklogAge } from '../measure/backlog.query.js';
import type { Scope } from '../sql/facts-sql.js';
import { instantOf } from './asked-instants.query.js';
import { KpisQuery } from './kpis.query.js';
import { refuseUnknownValues } from './directory.query.js';
import { measure } from '../measure/measures.query.js';
import { cuboidOf } from '../measure/needs.js';
import type { Question } from '../definitions/question.js';
import { type RowKey, rowsSql, totalsSql } from '../sql/rows-sql.js';
import { type Totals, totalsFrom, totalsNeeds } from './totals.js';
import { type PageRequest, type PositionAfter, type RowPage, rowPageOf } from './row-page.js';
import { readThrough } from './through.query.js';
import { together } from '../measure/together.js';

export type RowPosition = PositionAfter<RowKey>;

export interface Row {
  readonly ticketId: string;
  readonly number: string | null;
  readonly status: string | null;
  /** When it counts: the opening, or of a flow the event. */
  readonly at: string;
  readonly openedAt: string;
  /** What it adds to `count` and to `sum`. */
  readonly n: number;
  readonly value: number;
  readonly departmentId: string | null;
  readonly priority: string | null;
  readonly agentId: string | null;
  readonly channel: string | null;
}

interface StoredRow {
  readonly at: Date;
  readonly at_text: string;
  readonly part: number;
  readonly ordinal: number;
  readonly ticket_id: string;
  readonly number: string | null;
  readonly status: string | null;
  readonly opened_at: Date;
  readonly channel: string | null;
  readonly department_id: string;
  readonly priority: string;
  readonly agent_id: string;
  readonly n: number;
  readonly value: number;
}

@Injectable()
export class RowsQuery {
  constructor(private readonly kpis: KpisQuery) {}

  /** Groups and buckets of the question are left aside: ask for a group or a bucket by its filter or period. */
  page({
    tenantId,
    question: asked,
    position,
    limit,
    ...request
  }: PageRequest<Question, RowKey>): Promise<RowPage<Row, RowKey>> {
    const nowMs = position?.nowMs ?? request.nowMs;
    const question = { ...asked, bucket: undefined, groupBy: undefined };
    const { kpi } = question;
    return this.kpis.snapshot(tenantId, async (client) => {
      const instant =
        kpi.form.kind === 'backlog' || kpi.form.kind === 'backlog-age' ? instantOf(question, nowMs) : undefined;
      const period = instant === undefined ? await periodOfQuestion(client, tenantId, question, nowMs) : undefined;
      const scope: Scope = { tenantId, question, spans: period ? [period] : [], nowMs: instant ?? nowMs };
      const page = rowsSql(scope, position?.after, limit + 1);
      const [, totals, { rows }, through] = await together(
        refuseUnknownValues(client, tenantId, question.filters),
        position ? Promise.resolve(position.totals) : totalsOf(client, scope, nowMs, instant),
        client.query<StoredRow>(page.text, [...page.values]),
        readThrough(client, 'ticket-facts'),
      );
      const found = { question, period, instantMs: instant, totals, rows, nowMs, limit, through };
      const keyOf = ({ at_text, ticket_id, part, ordinal }: StoredRow): RowKey => [at_text, ticket_id, part, ordinal];
      return rowPageOf(found, rowOf, keyOf);
    });
  }
}

/** From the cells where they have them: the rows behind a number of a year are not counted one by one. */
async function totalsOf(client: pg.ClientBase, scope: Scope, nowMs: number, instant?: number): Promise<Totals> {
  const { tenantId, question, spans } = scope;
  if (instant !== undefined) {
    const isCount = question.kpi.form.kind === 'backlog';
    const backlog = { tenantId, question, instants: [instant] };
    const measured = await (isCount ? measureBacklog(client, backlog, nowMs) : measureBacklogAge(client, backlog));
    return totalsFrom(question, measured, 0);
  }
  const needs = totalsNeeds(question);
  if (needs.every((need) => cuboidOf(need, question, spans) !== undefined)) {
    return totalsFrom(question, await measure(client, scope, needs), undefined);
  }
  const { text, values } = totalsSql(scope);
  const [totals] = (await client.query<Totals & pg.QueryResultRow>(text, [...values])).rows;
  return { count: totals?.count ?? 0, sum: totals?.sum ?? 0 };
}

const rowOf = (row: StoredRow): Row => ({
  ticketId: row.ticket_id,
  number: row.number,
  status: row.status,
  at: row.at.toISOString(),
  openedAt: row.opened_at.toISOString(),
  n: row.n,
  value: row.value,
  departmentId: row.department_id || null,
  priority: row.priority || null,
  agentId: row.agent_id || null,
  channel: row.channel,
});
