import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { RatingReason } from './rating.js';

/** What readers say of one revision. */
export interface FigureRow {
  readonly locale: string;
  readonly revision: number;
  readonly helpful: number;
  readonly not_helpful: number;
  /** See `helpfulAtLeast` of the tables; null: too few. */
  readonly helpful_at_least: number | null;
  /** How often each reason was given. */
  readonly reasons: Readonly<Partial<Record<RatingReason, number>>> | null;
}

export interface CommentRow {
  readonly locale: string;
  readonly revision: number;
  readonly helpful: boolean;
  readonly reason: RatingReason | null;
  readonly comment: string;
  readonly rated_at: Date;
  /** bigint, as pg reads it. */
  readonly position: string;
}

@Injectable()
export class Ratings {
  constructor(private readonly database: TenantDatabase) {}

  /** Of every revision that somebody has rated, the newest of each language first. */
  figures(tenantId: string, articleId: string): Promise<FigureRow[]> {
    return this.database.query<FigureRow & Record<string, unknown>>(tenantId, {
      name: 'ratings of an article',
      text: `select locale, revision, helpful, not_helpful, helpful_at_least,
               (select jsonb_object_agg(reason, count) from (
                  select reason, count(*) from read_model.rating
                  where tenant_id = $1 and article_id = $2 and rating.locale = figure.locale
                    and rating.revision = figure.revision and reason is not null group by reason) as given) as reasons
             from read_model.rating_figure as figure
             where tenant_id = $1 and article_id = $2 and helpful + not_helpful > 0 order by locale, revision desc`,
      values: [tenantId, articleId],
    });
  }

  /** Newest first; `before` is the position of the last one seen. */
  comments(tenantId: string, articleId: string, limit: number, before: string): Promise<CommentRow[]> {
    return this.database.query<CommentRow & Record<string, unknown>>(tenantId, {
      name: 'comments on an article',
      text: `select locale, revision, helpful, reason, comment, rated_at, position from read_model.rating
             where tenant_id = $1 and article_id = $2 and comment is not null and position < $4::bigint
             order by position desc limit $3`,
      values: [tenantId, articleId, limit, before],
    });
  }

  /** Ratings of the article, of whichever language, since a moment. */
  async countSince(tenantId: string, articleId: string, since: Date): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(tenantId, {
      name: 'ratings since',
      text: `select count(*)::int as count from read_model.rating
             where tenant_id = $1 and article_id = $2 and rated_at > $3`,
      values: [tenantId, articleId, since],
    });
    return row?.count ?? 0;
  }
}
