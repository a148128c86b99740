import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export interface RevisionListRow {
  readonly revision: number;
  readonly based_on: number;
  readonly follows: number | null;
  readonly title: string;
  readonly origin: string;
  readonly person_id: string;
  readonly drafted_at: Date;
  readonly restored_from: number | null;
  /** When people read it, the last time; null: never, or still. */
  readonly published_from: Date | null;
  readonly published_to: Date | null;
}

export interface ReviewRow {
  readonly article_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly locale: string;
  readonly revision: number;
  readonly title: string;
  readonly person_id: string;
  readonly submitted_at: Date;
}

export interface TranslationRow {
  readonly article_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly locale: string;
  /** In the language it is written in. */
  readonly title: string;
  readonly source_locale: string;
  readonly source_revision: number;
  /** Of a translation that is outdated; null: nothing of it is published. */
  readonly changed_blocks: number | null;
  readonly changed_words: number | null;
  readonly significance: 'update' | 'major' | null;
  /** Written and not published. */
  readonly draft_revision: number | null;
}

/** Where a list of translations goes on: what the last one lacks in words, and its article's number. */
export type TranslationPlace = readonly [words: number, number: string];

export interface SitemapRow {
  readonly article_id: string;
  /** bigint, as pg reads it. */
  readonly number: string;
  readonly source_locale: string;
  readonly languages: readonly { readonly locale: string; readonly slug: string; readonly published_from: string }[];
}

export interface AddressRow {
  readonly article_id: string;
  readonly locale: string | null;
}

/** Articles that succeed one another at most. */
const maxSuccessors = 20;

@Injectable()
export class ArticleLists {
  constructor(private readonly database: TenantDatabase) {}

  /** Newest first; `before` is the last one seen. */
  revisions(
    tenantId: string,
    articleId: string,
    locale: string,
    limit: number,
    before: number,
  ): Promise<RevisionListRow[]> {
    return this.database.query<RevisionListRow>(tenantId, {
      name: 'revisions of a text',
      text: `select revision, based_on, follows, title, origin, person_id, drafted_at, restored_from, published_from,
               published_to
             from read_model.text_revision as written left join lateral (
               select published_from, published_to from read_model.publication as shown
               where shown.tenant_id = $1 and shown.article_id = $2 and shown.locale = $3
                 and shown.revision = written.revision order by position desc limit 1) as shown on true
             where written.tenant_id = $1 and written.article_id = $2 and written.locale = $3 and revision < $5
             order by revision desc limit $4`,
      values: [tenantId, articleId, locale, limit, before],
    });
  }

  /** Drafts that wait for review, longest waiting first; `after` is the last one seen. */
  reviews(
    tenantId: string,
    locale: string | null,
    limit: number,
    [at, articleId, ofLocale]: readonly [at: string, articleId: string, locale: string],
  ): Promise<ReviewRow[]> {
    return this.database.query<ReviewRow>(tenantId, {
      name: 'drafts to review',
      text: `select article_id, number, locale, revision, title, person_id, submitted_at
             from read_model.article_text join read_model.article using (tenant_id, article_id)
               join read_model.text_revision using (tenant_id, article_id, locale)
             where tenant_id = $1 and submitted_at is not null and revision = draft_revision and not archived
               and ($2::text is null or locale = $2)
               and (submitted_at, article_id, locale) > ($4::timestamptz, $5::uuid, $6::text)
             order by submitted_at, article_id, locale limit $3`,
      values: [tenantId, locale, limit, at, articleId, ofLocale],
    });
  }

  /** What translators have to do in a language: what lacks most words first, what is missing by number. */
  translations(
    tenantId: string,
    locale: string,
    state: 'outdated' | 'missing',
    limit: number,
    [words, number]: TranslationPlace,
  ): Promise<TranslationRow[]> {
    const source = `join read_model.publication on publication.tenant_id = $1
        and publication.article_id = article.article_id and publication.locale = source_locale and published_to is null`;
    const outdated = `select article.article_id, number, article_text.locale, title, source_locale, source_revision,
          changed_blocks, changed_words, article_text.significance, draft_revision
        from read_model.article_text join read_model.article using (tenant_id, article_id) ${source}
        where article.tenant_id = $1 and article_text.locale = $2 and changed_words is not null and not archived
          and (-changed_words, number) > (-$4::int, $5::bigint)
        order by changed_words desc, number limit $3`;
    const missing = `select article.article_id, number, $2::text as locale, title, source_locale,
          ofsource.released_revision as source_revision, null::int as changed_blocks, null::int as changed_words,
          null::text as significance, mine.draft_revision
        from read_model.article ${source}
          join read_model.article_text as ofsource on ofsource.tenant_id = $1
            and ofsource.article_id = article.article_id and ofsource.locale = source_locale
          left join read_model.article_text as mine on mine.tenant_id = $1
            and mine.article_id = article.article_id and mine.locale = $2
        where article.tenant_id = $1 and source_locale <> $2 and not archived and mine.published_revision is null
          and ofsource.released_revision is not null and $4::int >= 0 and number > $5::bigint
        order by number limit $3`;
    return this.database.query<TranslationRow>(tenantId, {
      name: `translations that are ${state}`,
      text: state === 'outdated' ? outdated : missing,
      values: [tenantId, locale, limit, words, number],
    });
  }

  /** What the public may read, with its published languages, by number; `after` is the last one seen. */
  sitemap(tenantId: string, limit: number, after: string): Promise<SitemapRow[]> {
    return this.database.query<SitemapRow>(tenantId, {
      name: 'sitemap',
      text: `select article.article_id, number, source_locale,
               jsonb_agg(jsonb_build_object('locale', locale, 'slug', slug, 'published_from', published_from)
                 order by locale) as languages
             from read_model.article join read_model.publication
               on publication.tenant_id = $1 and publication.article_id = article.article_id and published_to is null
             where article.tenant_id = $1 and effective_audience = 0 and not archived and number > $3
             group by article.article_id, number, source_locale order by number limit $2`,
      values: [tenantId, limit, after],
    });
  }

  /** The article that an address leads to: what it was kept for, or what answers instead. */
  async address(tenantId: string, path: string): Promise<AddressRow | undefined> {
    const [row] = await this.database.query<AddressRow>(tenantId, {
      name: 'old address',
      text: `with recursive chain as (
               select article.article_id, old_address.locale, archived, successor_id, 0 as followed
               from read_model.old_address join read_model.article using (tenant_id, article_id)
               where tenant_id = $1 and path = $2
               union all
               select next.article_id, chain.locale, next.archived, next.successor_id, followed + 1
               from chain join read_model.article as next on next.tenant_id = $1 and next.article_id = chain.successor_id
               where chain.archived and followed < $3)
             select article_id, locale from chain order by followed desc limit 1`,
      values: [tenantId, path, maxSuccessors],
    });
    return row;
  }
}
