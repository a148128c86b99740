import { createHash } from 'node:crypto';
import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

/** What there is to do in a language. */
export interface WorkCount {
  readonly locale: string;
  readonly texts: number;
  /** Of the source, that translations lack. */
  readonly words?: number;
}

interface Counts {
  /** Another one whenever something in the lists of work is otherwise. */
  readonly mark: string;
  readonly translations: readonly WorkCount[];
  readonly reviews: readonly WorkCount[];
}

interface TranslationsRow {
  readonly locale: string;
  readonly texts: number;
  readonly words: number;
  readonly versions: string;
}
interface ReviewsRow {
  readonly locale: string;
  readonly texts: number;
  readonly versions: string;
}

@Injectable()
export class WorkCounts {
  constructor(private readonly database: TenantDatabase) {}

  /** Outdated translations and submitted drafts, by language. */
  async now(tenantId: string): Promise<Counts> {
    const [translations, reviews] = (await this.database.read(tenantId, [
      {
        name: 'count of outdated translations',
        text: `select locale, count(*)::int as texts, sum(changed_words)::int as words, sum(article_text.version)::text as versions
               from read_model.article_text join read_model.article using (tenant_id, article_id)
               where tenant_id = $1 and changed_words is not null and not archived group by locale order by locale`,
        values: [tenantId],
      },
      {
        name: 'count of drafts to review',
        text: `select locale, count(*)::int as texts, sum(article_text.version)::text as versions
               from read_model.article_text join read_model.article using (tenant_id, article_id)
               where tenant_id = $1 and submitted_at is not null and not archived group by locale order by locale`,
        values: [tenantId],
      },
    ])) as [TranslationsRow[], ReviewsRow[]];
    return {
      // Versions only grow: a draft that comes while another goes changes their sum.
      mark: createHash('sha256')
        .update(JSON.stringify([translations, reviews]))
        .digest('base64url')
        .slice(0, 22),
      translations: translations.map(({ locale, texts, words }) => ({ locale, texts, words })),
      reviews: reviews.map(({ locale, texts }) => ({ locale, texts })),
    };
  }
}
