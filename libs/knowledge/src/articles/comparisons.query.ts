import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { StoredText } from '../text/stored-blocks.js';

export interface ComparedRow extends StoredText {
  readonly locale: string;
  readonly revision: number;
  readonly follows: number | null;
  readonly title: string;
}

/** Of a translation: its newest revision, what is released of its source, and that source's published revisions. */
export interface Beside {
  readonly translation: ComparedRow | undefined;
  readonly sourceLocale: string;
  readonly released: number | null;
  /** From the one that the translation follows to the released one, oldest first; with how much each changed. */
  readonly source: readonly (ComparedRow & { readonly significance: 'minor' | 'update' | 'major' })[];
}

const columns = 'locale, revision, text_revision.follows, text_revision.title, body, blocks';

@Injectable()
export class Comparisons {
  constructor(private readonly database: TenantDatabase) {}

  /** Those of the two revisions that there are. */
  revisions(
    tenantId: string,
    articleId: string,
    locale: string,
    wanted: readonly [from: number, to: number],
  ): Promise<ComparedRow[]> {
    return this.database.query<ComparedRow>(tenantId, {
      name: 'two revisions of a text',
      text: `select ${columns} from read_model.text_revision
             where tenant_id = $1 and article_id = $2 and locale = $3 and revision in ($4, $5)`,
      values: [tenantId, articleId, locale, ...wanted],
    });
  }

  async beside(tenantId: string, articleId: string, locale: string): Promise<Beside | undefined> {
    const [article] = await this.database.query<{ source_locale: string; released: number | null }>(tenantId, {
      name: 'source of an article',
      text: `select source_locale, released_revision as released
             from read_model.article left join read_model.article_text
               on article_text.tenant_id = $1 and article_text.article_id = $2 and locale = source_locale
             where article.tenant_id = $1 and article.article_id = $2`,
      values: [tenantId, articleId],
    });
    if (article === undefined) return undefined;
    const { source_locale: sourceLocale, released } = article;
    const [translation] = await this.database.query<ComparedRow>(tenantId, {
      name: 'newest revision to compare',
      text: `select ${columns} from read_model.text_revision
             where tenant_id = $1 and article_id = $2 and locale = $3 order by revision desc limit 1`,
      values: [tenantId, articleId, locale],
    });
    const source = await this.database.query<Beside['source'][number]>(tenantId, {
      name: 'published revisions of a source',
      text: `select ${columns}, coalesce(shown.significance, 'update') as significance
             from read_model.text_revision join lateral (
               select significance from read_model.publication
               where publication.tenant_id = $1 and publication.article_id = $2 and publication.locale = $3
                 and publication.revision = text_revision.revision order by position limit 1) as shown on true
             where tenant_id = $1 and article_id = $2 and locale = $3 and revision between $4 and $5 order by revision`,
      values: [tenantId, articleId, sourceLocale, translation?.follows ?? released ?? 0, released ?? 0],
    });
    return { translation, sourceLocale, released, source };
  }
}
