import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import { initialLibrary, type Languages } from '../library/library.js';
import type { StoredBlock } from '../text/stored-blocks.js';
import type { Linked } from './page.js';

export interface ArticleRow {
  readonly article_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly source_locale: string;
  readonly category_id: string | null;
  /** Ranks: see audience.ts. */
  readonly audience: number;
  readonly effective_audience: number;
  readonly archived: boolean;
  readonly successor_id: string | null;
  readonly version: number;
  readonly drafted_at: Date;
  readonly owner_id: string | null;
  readonly verify_every_days: number | null;
  readonly verified_at: Date | null;
  /** The ticket whose answer it was made of. */
  readonly ticket_id: string | null;
}

/** What of a text people read now. */
export interface PublicationRow {
  readonly locale: string;
  readonly revision: number;
  readonly title: string;
  readonly slug: string;
  readonly published_from: string;
  /** What a translation lacks of the released source; null: nothing. */
  readonly stale: StaleRow | null;
}

export interface StaleRow {
  readonly source_revision: number;
  readonly changed_blocks: number;
  readonly changed_words: number;
  readonly significance: 'update' | 'major';
}

/** An article with everything that decides in which language it is shown. */
export interface PublishedArticle extends ArticleRow {
  readonly publications: readonly PublicationRow[];
  readonly languages: Languages | null;
}

export interface RevisionRow {
  readonly revision: number;
  readonly based_on: number;
  readonly follows: number | null;
  readonly title: string;
  readonly summary: string;
  readonly keywords: string[];
  /** Markdown. */
  readonly body: string;
  readonly origin: string;
  readonly person_id: string;
  readonly drafted_at: Date;
  readonly blocks: readonly StoredBlock[];
  /** With marks in place of links: see `withLinks`. */
  readonly html: string;
  readonly headings: readonly { readonly level: number; readonly text: string; readonly id: string }[];
}

export interface TextRow {
  readonly locale: string;
  readonly version: number;
  readonly draft_revision: number | null;
  readonly submitted_at: Date | null;
  readonly return_reason: string | null;
  readonly published_revision: number | null;
  /** Of the source: what translations should follow. */
  readonly released_revision: number | null;
  /** Of a translation: the revision of the source that what is published renders. */
  readonly published_follows: number | null;
}

/** By its id or by its number. */
export type ArticleRef = { readonly articleId: string } | { readonly number: number };

const articleColumns = `article_id, number, source_locale, category_id, audience, effective_audience, archived, successor_id,
  version, drafted_at, owner_id, verify_every_days, verified_at, ticket_id`;
const revisionColumns = `revision, based_on, text_revision.follows, title, summary, keywords, body, origin, person_id, drafted_at, html, headings,
  blocks`;
const textColumns = `locale, article_text.version, draft_revision, submitted_at, return_reason, published_revision,
  released_revision, article_text.follows as published_follows`;

@Injectable()
export class Articles {
  constructor(private readonly database: TenantDatabase) {}

  async find(tenantId: string, ref: ArticleRef): Promise<ArticleRow | undefined> {
    const [column, value] = 'number' in ref ? ['number', ref.number] : ['article_id', ref.articleId];
    const [row] = await this.database.query<ArticleRow>(tenantId, {
      name: `article by ${column}`,
      text: `select ${articleColumns} from read_model.article where tenant_id = $1 and ${column} = $2`,
      values: [tenantId, value],
    });
    return row;
  }

  /** With what is published of it, one row a language. */
  async findPublished(tenantId: string, ref: ArticleRef): Promise<PublishedArticle | undefined> {
    const [column, value] = 'number' in ref ? ['number', ref.number] : ['article_id', ref.articleId];
    const [row] = await this.database.query<PublishedArticle>(tenantId, {
      name: `published article by ${column}`,
      text: `select ${articleColumns},
         (select jsonb_build_object('source', source, 'locales', locales, 'fallbacks', fallbacks)
          from read_model.library where tenant_id = $1) as languages,
         coalesce((select jsonb_agg(jsonb_build_object('locale', locale, 'revision', revision, 'title', title,
             'slug', slug, 'published_from', published_from, 'stale', case when changed_words is not null then
               jsonb_build_object('source_revision', source_revision, 'changed_blocks', changed_blocks,
                 'changed_words', changed_words, 'significance', article_text.significance) end))
           from read_model.publication join read_model.article_text using (tenant_id, article_id, locale)
           where tenant_id = $1 and article_id = article.article_id and published_to is null), '[]') as publications
         from read_model.article where tenant_id = $1 and ${column} = $2`,
      values: [tenantId, value],
    });
    return row;
  }

  /** Of these numbers, what the audience may read. */
  linked(tenantId: string, numbers: readonly number[], rank: number): Promise<Linked[]> {
    return this.database.query<Linked & Record<string, unknown>>(tenantId, {
      name: 'linked articles',
      text: `select number::int, source_locale, jsonb_agg(jsonb_build_object('locale', locale, 'slug', slug, 'title', title))
               as publications
             from read_model.article join read_model.publication using (tenant_id, article_id)
             where tenant_id = $1 and number = any ($2::bigint[]) and effective_audience <= $3 and not archived
               and published_to is null
             group by number, source_locale`,
      values: [tenantId, numbers, rank],
    });
  }

  /** Who may read the articles of these numbers, by ranks; those that there are. */
  audiencesOf(
    tenantId: string,
    numbers: readonly number[],
  ): Promise<{ readonly number: number; readonly effective_audience: number }[]> {
    return this.database.query(tenantId, {
      name: 'audiences of articles',
      text: `select number::int, effective_audience from read_model.article
             where tenant_id = $1 and number = any ($2::bigint[]) order by number`,
      values: [tenantId, numbers],
    });
  }

  async revision(
    tenantId: string,
    articleId: string,
    locale: string,
    revision: number,
  ): Promise<RevisionRow | undefined> {
    const [row] = await this.database.query<RevisionRow>(tenantId, {
      name: 'revision of a text',
      text: `select ${revisionColumns} from read_model.text_revision
             where tenant_id = $1 and article_id = $2 and locale = $3 and revision = $4`,
      values: [tenantId, articleId, locale, revision],
    });
    return row;
  }

  /** How a revision was published, the last time. */
  async publishedAs(
    tenantId: string,
    articleId: string,
    locale: string,
    revision: number,
  ): Promise<{ readonly number: string; readonly title: string; readonly slug: string } | undefined> {
    const [row] = await this.database.query<{ number: string; title: string; slug: string }>(tenantId, {
      name: 'published revision',
      text: `select number, title, slug from read_model.publication join read_model.article using (tenant_id, article_id)
             where tenant_id = $1 and article_id = $2 and locale = $3 and revision = $4 order by position desc limit 1`,
      values: [tenantId, articleId, locale, revision],
    });
    return row;
  }

  /** Every language of an article that somebody has begun, in alphabetical order. */
  texts(tenantId: string, articleId: string): Promise<TextRow[]> {
    return this.database.query<TextRow>(tenantId, {
      name: 'texts of an article',
      text: `select ${textColumns} from read_model.article_text where tenant_id = $1 and article_id = $2 order by locale`,
      values: [tenantId, articleId],
    });
  }

  /** The newest revision of a text, with where the text stands. */
  async newest(tenantId: string, articleId: string, locale: string): Promise<(TextRow & RevisionRow) | undefined> {
    const [row] = await this.database.query<TextRow & RevisionRow>(tenantId, {
      name: 'newest revision of a text',
      text: `select ${textColumns}, ${revisionColumns}
             from read_model.article_text join read_model.text_revision using (tenant_id, article_id, locale)
             where tenant_id = $1 and article_id = $2 and locale = $3 order by revision desc limit 1`,
      values: [tenantId, articleId, locale],
    });
    return row;
  }

  /** Articles in a category that are not archived. */
  async countIn(tenantId: string, categoryId: string): Promise<number> {
    const [row] = await this.database.query<{ articles: number }>(tenantId, {
      name: 'articles in a category',
      text: `select count(*)::int as articles from read_model.article
             where tenant_id = $1 and category_id = $2 and not archived`,
      values: [tenantId, categoryId],
    });
    return row?.articles ?? 0;
  }
}

/** Of a tenant that has set none: those it starts with. */
export const languagesOf = ({ languages }: Pick<PublishedArticle, 'languages'>): Languages =>
  languages ?? initialLibrary.languages;
