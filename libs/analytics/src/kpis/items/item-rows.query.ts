/** The rows behind a number of the knowledge base or of the community, in pages. */
import { Injectable } from '@nestjs/common';
import { KpisQuery } from '../answers/kpis.query.js';
import { type PageRequest, type PositionAfter, type RowPage, rowPageOf } from '../answers/row-page.js';
import { readThrough } from '../answers/through.query.js';
import type { Totals } from '../answers/totals.js';
import { figuresOf } from '../definitions/item-forms.js';
import type { ItemKpi } from '../definitions/kpi-definition.js';
import type { Question } from '../definitions/question.js';
import { together } from '../measure/together.js';
import { type ItemRowKey, itemRowsSql, itemTotalsSql } from '../sql/items-sql.js';
import { askedTimes, refuseUnknown } from './items.query.js';

export type ItemRowPosition = PositionAfter<ItemRowKey>;

export interface ItemRow {
  readonly articleId: string | null;
  readonly sessionId: string | null;
  readonly topicId: string | null;
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
  readonly topic_id: string | null;
  readonly locale: string | null;
  readonly number: number | null;
  readonly category_id: string | null;
  readonly n: number;
  readonly value: number;
}

@Injectable()
export class ItemRowsQuery {
  constructor(private readonly kpis: KpisQuery) {}

  /** Groups and buckets of the question are left aside: ask for a group by its filter, for a bucket by its last instant. */
  page({
    tenantId,
    question: asked,
    position,
    limit,
    ...request
  }: PageRequest<Question<ItemKpi>, ItemRowKey>): Promise<RowPage<ItemRow, ItemRowKey>> {
    const nowMs = position?.nowMs ?? request.nowMs;
    const question = { ...asked, bucket: undefined, groupBy: undefined };
    return this.kpis.snapshot(tenantId, async (client) => {
      const { period, instants, spans } = await askedTimes(client, tenantId, question, nowMs);
      const scope = { tenantId, question, instants, spans, nowMs };
      const page = itemRowsSql(scope, position?.after, limit + 1);
      const sums = itemTotalsSql(scope);
      const [, totals, { rows }, through] = await together(
        refuseUnknown(client, tenantId, question),
        position
          ? Promise.resolve(position.totals)
          : client.query<Totals & StoredRow>(sums.text, [...sums.values]).then((found) => found.rows[0]),
        client.query<StoredRow>(page.text, [...page.values]),
        readThrough(client, figuresOf[question.kpi.form.of]),
      );
      const { count = 0, sum = 0 } = totals ?? {};
      const found = { question, period, instantMs: instants[0], totals: { count, sum }, rows, nowMs, limit, through };
      return rowPageOf(found, rowOf, ({ at_text, key }): ItemRowKey => [at_text, key]);
    });
  }
}

const rowOf = (row: StoredRow): ItemRow => ({
  ...{ articleId: row.article_id, sessionId: row.session_id, topicId: row.topic_id },
  ...{
    number: row.number,
    language: row.locale,
    categoryId: row.category_id || null,
    at: row.at.toISOString(),
    n: row.n,
    value: row.value,
  },
});
