import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import { languagesQuery } from '../library/languages.query.js';
import { initialLibrary, type Languages } from '../library/library.js';

export interface CategoryRow {
  readonly category_id: string;
  readonly parent_id: string | null;
  readonly place: number;
  /** Ranks: see audience.ts. */
  readonly audience: number;
  readonly effective_audience: number;
  readonly names: Readonly<Record<string, string>>;
}

@Injectable()
export class CategoryTree {
  constructor(private readonly database: TenantDatabase) {}

  /** Those that are not archived, for who may read up to the rank; and the languages their names fall back in. */
  async read(tenantId: string, rank: number): Promise<{ rows: CategoryRow[]; languages: Languages }> {
    const [rows, [languages = initialLibrary.languages]] = (await this.database.read(tenantId, [
      {
        name: 'categories',
        text: `select category_id, parent_id, place, audience, effective_audience,
                 (select jsonb_object_agg(locale, name) from read_model.category_name as of
                  where of.tenant_id = $1 and of.category_id = category.category_id) as names
               from read_model.category where tenant_id = $1 and not archived and effective_audience <= $2
               order by place, category_id`,
        values: [tenantId, rank],
      },
      languagesQuery(tenantId),
    ])) as [CategoryRow[], Languages[]];
    return { rows, languages };
  }
}
