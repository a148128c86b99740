import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export interface CategoryRow {
  readonly category_id: string;
  readonly place: number;
  /** Rank: see `rankOf`. */
  readonly audience: number;
  readonly archived: boolean;
  readonly version: number;
  readonly names: Readonly<Record<string, string>>;
}

@Injectable()
export class Categories {
  constructor(private readonly database: TenantDatabase) {}

  /** For who may read up to the rank, by place. */
  read(tenantId: string, rank: number): Promise<CategoryRow[]> {
    return this.database.query<CategoryRow>(tenantId, {
      name: 'forum categories',
      text: `select category_id, place, audience, archived, version,
               (select jsonb_object_agg(locale, name) from read_model.forum_category_name as of
                where of.tenant_id = $1 and of.category_id = forum_category.category_id) as names
             from read_model.forum_category where tenant_id = $1 and audience <= $2 order by place, category_id`,
      values: [tenantId, rank],
    });
  }

  async count(tenantId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(tenantId, {
      name: 'how many forum categories',
      text: 'select count(*)::int as count from read_model.forum_category where tenant_id = $1',
      values: [tenantId],
    });
    return row?.count ?? 0;
  }

  /** By the `sub` of their tokens, in alphabetical order. */
  async moderators(tenantId: string, categoryId: string): Promise<string[]> {
    const rows = await this.database.query<{ person_id: string }>(tenantId, {
      name: 'moderators of a category',
      text: `select person_id from read_model.forum_moderator where tenant_id = $1 and category_id = $2
             order by person_id`,
      values: [tenantId, categoryId],
    });
    return rows.map(({ person_id }) => person_id);
  }
}
