/** The rows behind a number of the knowledge base or of the community, in pages. */
import { Injectable } from '@nestjs/common';
import { KpisQuery } from '../answers/kpis.query.js';
import { readThrough, type Through } from '../answers/through.query.js';
import type { Totals } from '../answers/totals.js';
import { figuresOf } from '../definitions/item-forms.js';
import type { ItemKpi } from '../definitions/kpi-definition.js';
import { instantText } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';
import { together } from '../measure/together.js';
import { type ItemRowKey, itemRowsSql, itemTotalsSql } from '../sql/items-sql.js';
import { askedTimes, refuseUnknown } from './items.query.js';

/** Where a list of rows stands. What "now" and the totals were on the first page stays so on the others. */
export interface ItemRowPosition {
  readonly nowMs: number;
  readonly after: ItemRowKey;
  readonly totals: Totals;
}

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

export interface ItemRows {
  readonly kpi: string;
  readonly unit: string;
  readonly period?: { readonly from: string; readonly to: string; readonly timeZone: string };
  readonly at?: string;
  readonly count: number;
  readonly sum: number;
  readonly items: readonly ItemRow[];
  readonly next: ItemRowPosition | undefined;
  readonly through: Through;
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

export interface ItemRowsRequest {
  readonly tenantId: string;
  readonly question: Question<ItemKpi>;
  readonly nowMs: number;
  /** Not given: the first page. */
  readonly position?: ItemRowPosition | undefined;
  readonly limit: number;
}

@Injectable()
export class ItemRowsQuery {
  constructor(private readonly kpis: KpisQuery) {}

  /** Groups and buckets of the question are left aside: ask for a group by its filter, for a bucket by its last instant. */
  page({ tenantId, question: asked, position, limit, ...request }: ItemRowsRequest): Promise<ItemRows> {
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
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return {
        ...{ kpi: question.kpi.id, unit: question.kpi.unit, count, sum },
        ...(period
          ? { period: { from: instantText(period.fromMs), to: instantText(period.toMs), timeZone: period.timeZone } }
          : {}),
        ...(instants[0] === undefined ? {} : { at: instantText(instants[0]) }),
        items: items.map(rowOf),
        next: last && { nowMs, totals: { count, sum }, after: [last.at_text, last.key] },
        through,
      };
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
