import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type { Significance } from '../text/text.js';

export interface ExportedCategoryRow {
  readonly category_id: string;
  readonly parent_id: string | null;
  /** Ranks: see audience.ts. */
  readonly audience: number;
  readonly names: Readonly<Record<string, string>> | null;
}

export interface ExportedArticleRow {
  readonly article_id: string;
  readonly number: number;
  readonly source_locale: string;
  readonly category_id: string | null;
  readonly audience: number;
  /** The newest in the source language; null where nothing was written in it. */
  readonly title: string | null;
  readonly locales: readonly string[];
  readonly addresses: readonly string[];
}

export interface ExportedRevisionRow {
  readonly revision: number;
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly body: string;
  readonly drafted_at: Date;
  readonly follows: number | null;
  /** Whether it was published ever, of a text of which something is published now. */
  readonly published: boolean;
  readonly significance: Significance | null;
}

export interface ExportedFileRow {
  readonly file_id: string;
  readonly name: string;
  readonly added_at: Date;
}

/** Pages of what an export has, so that memory does not grow with it. */
@Injectable()
export class ExportPages {
  constructor(private readonly database: TenantDatabase) {}

  categories(tenantId: string): Promise<ExportedCategoryRow[]> {
    return this.database.query<ExportedCategoryRow & Record<string, unknown>>(tenantId, {
      text: `select category_id, parent_id, audience,
               (select jsonb_object_agg(locale, name) from read_model.category_name as of
                where of.tenant_id = $1 and of.category_id = category.category_id) as names
             from read_model.category where tenant_id = $1 and not archived order by place, category_id`,
      values: [tenantId],
    });
  }

  articles(tenantId: string, afterNumber: number, limit: number): Promise<ExportedArticleRow[]> {
    return this.database.query<ExportedArticleRow & Record<string, unknown>>(tenantId, {
      text: `select article_id, number::int, source_locale, category_id, audience,
               (select title from read_model.text_revision as text where text.tenant_id = $1
                  and text.article_id = article.article_id and text.locale = article.source_locale
                order by revision desc limit 1) as title,
               array(select locale from read_model.article_text as text where text.tenant_id = $1
                  and text.article_id = article.article_id order by locale <> article.source_locale, locale) as locales,
               array(select path from read_model.old_address as old where old.tenant_id = $1
                  and old.article_id = article.article_id order by path) as addresses
             from read_model.article where tenant_id = $1 and number > $2 and not archived order by number limit $3`,
      values: [tenantId, afterNumber, limit],
    });
  }

  revisions(
    tenantId: string,
    { articleId, locale }: { readonly articleId: string; readonly locale: string },
    afterRevision: number,
    limit: number,
  ): Promise<ExportedRevisionRow[]> {
    return this.database.query<ExportedRevisionRow & Record<string, unknown>>(tenantId, {
      text: `select revision, title, summary, keywords, body, drafted_at, follows,
               exists (select from read_model.publication where tenant_id = $1 and article_id = $2 and locale = $3
                 and published_to is null)
               and exists (select from read_model.publication as once where once.tenant_id = $1
                 and once.article_id = $2 and once.locale = $3 and once.revision = text_revision.revision) as published,
               (select significance from read_model.publication as once where once.tenant_id = $1
                 and once.article_id = $2 and once.locale = $3 and once.revision = text_revision.revision
                order by position limit 1) as significance
             from read_model.text_revision where tenant_id = $1 and article_id = $2 and locale = $3 and revision > $4
             order by revision limit $5`,
      values: [tenantId, articleId, locale, afterRevision, limit],
    });
  }

  /** Files that revisions of exported articles use, in the order of their ids. */
  files(tenantId: string, afterId: string, limit: number): Promise<ExportedFileRow[]> {
    return this.database.query<ExportedFileRow & Record<string, unknown>>(tenantId, {
      text: `select file_id, name, added_at from read_model.file where tenant_id = $1 and file_id > $2::uuid
               and exists (select from read_model.file_use join read_model.article using (tenant_id, article_id)
                 where tenant_id = $1 and file_use.file_id = file.file_id and not archived)
             order by file_id limit $3`,
      values: [tenantId, afterId, limit],
    });
  }
}
