/** The rows behind a number of the knowledge base, in pages. */
import { Injectable } from '@nestjs/common';
import { KpisQuery } from '../answers/kpis.query.js';
import { type PageRequest, type PositionAfter, type RowPage, rowPageOf } from '../answers/row-page.js';
import { readThrough } from '../answers/through.query.js';
import type { Totals } from '../answers/totals.js';
import type { KnowledgeKpi } from '../definitions/kpi-definition.js';
import type { Question } from '../definitions/question.js';
import { together } from '../measure/together.js';
import { type KnowledgeRowKey, knowledgeRowsSql, knowledgeTotalsSql } from '../sql/knowledge-sql.js';
import { askedTimes, refuseUnknown } from './knowledge.query.js';

export type KnowledgeRowPosition = PositionAfter<KnowledgeRowKey>;

export interface KnowledgeRow {
  readonly articleId: string | null;
  readonly sessionId: string | null;
  readonly number: number | null;
  readonly language: string | null;
  readonly categoryId: string | null;
  readonly at: string;
  readonly n: number;
  readonly value: number;
}

interface StoredRow {
  readonly at: Date;
  readonly at_text: string;
  readonly key: string;
  readonly article_id: string | null;
  readonly session_id: string | null;
  readonly locale: string | null;
  readonly number: number | null;
  readonly category_id: string | null;
  readonly n: number;
  readonly value: number;
}

@Injectable()
export class KnowledgeRowsQuery {
  constructor(private readonly kpis: KpisQuery) {}

  /** Groups and buckets of the question are left aside: ask for a group by its filter, for a bucket by its last instant. */
  page({
    tenantId,
    question: asked,
    position,
    limit,
    ...request
  }: PageRequest<Question<KnowledgeKpi>, KnowledgeRowKey>): Promise<RowPage<KnowledgeRow, KnowledgeRowKey>> {
    const nowMs = position?.nowMs ?? request.nowMs;
    const question = { ...asked, bucket: undefined, groupBy: undefined };
    return this.kpis.snapshot(tenantId, async (client) => {
      const { period, instants, spans } = await askedTimes(client, tenantId, question, nowMs);
      const scope = { tenantId, question, instants, spans };
      const page = knowledgeRowsSql(scope, position?.after, limit + 1);
      const sums = knowledgeTotalsSql(scope);
      const [, totals, { rows }, through] = await together(
        refuseUnknown(client, tenantId, question),
        position
          ? Promise.resolve(position.totals)
          : client.query<Totals & StoredRow>(sums.text, [...sums.values]).then((found) => found.rows[0]),
        client.query<StoredRow>(page.text, [...page.values]),
        readThrough(client, 'knowledge-facts'),
      );
      const { count = 0, sum = 0 } = totals ?? {};
      const found = { question, period, instantMs: instants[0], totals: { count, sum }, rows, nowMs, limit, through };
      return rowPageOf(found, rowOf, ({ at_text, key }): KnowledgeRowKey => [at_text, key]);
    });
  }
}

const rowOf = (row: StoredRow): KnowledgeRow => ({
  ...{ articleId: row.article_id, sessionId: row.session_id, number: row.number, language: row.locale },
  ...{ categoryId: row.category_id || null, at: row.at.toISOString(), n: row.n, value: row.value },
});
