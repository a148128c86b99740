import type { Audience } from '@guichet/contracts';
import { DomainError } from '@guichet/event-sourcing';
import { markdownOfHtml } from '../content/from-html.js';
import {
  type ImportedArticle,
  type ImportedCategory,
  type ImportedLibrary,
  type ImportedText,
  type ImportFinding,
  inOrder,
  instantOf,
  localeOf,
} from './imported-library.js';

/** Records as the help centre's interface gives them, /api/v2/help_center: what is read of them. */
export interface ZendeskExport {
  readonly categories: readonly ZendeskGroup[];
  readonly sections: readonly (ZendeskGroup & {
    readonly category_id: number;
    readonly parent_section_id?: number | null;
  })[];
  readonly articles: readonly ZendeskArticle[];
  /** Of articles, sections and categories. An article whose source text is not among them has its own. */
  readonly translations: readonly ZendeskTranslation[];
  readonly user_segments?: readonly { readonly id: number; readonly user_type: string }[];
}

interface ZendeskGroup {
  readonly id: number;
  readonly source_locale: string;
  readonly name: string;
}

export interface ZendeskArticle {
  readonly id: number;
  readonly source_locale: string;
  readonly section_id: number;
  readonly title: string;
  readonly body: string | null;
  readonly draft: boolean;
  readonly label_names?: readonly string[];
  /** null: everybody. */
  readonly user_segment_id?: number | null;
  readonly html_url?: string;
  readonly created_at: string;
  readonly edited_at?: string | null;
}

export interface ZendeskTranslation {
  readonly source_id: number;
  readonly source_type: string;
  readonly locale: string;
  readonly title: string;
  readonly body: string | null;
  readonly draft?: boolean;
  readonly html_url?: string;
  readonly created_at: string;
  readonly updated_at?: string | null;
}

export interface ZendeskReferences {
  /** The address here (`file:<id>`) of a picture that came along; undefined if it did not. */
  readonly picture: (source: string) => string | undefined;
  /** The address here (`article:42`) of the article with this key; undefined leaves the link as it was. */
  readonly article: (key: string) => string | undefined;
}

const categoryKey = (id: number) => `category-${id}`;
const sectionKey = (id: number) => `section-${id}`;
export const zendeskArticleKey = (id: number | string) => `article-${id}`;

const articlePath = /\/hc\/(?:[A-Za-z-]+\/)?articles\/(\d+)/;

/** The language that an address of a help centre names; undefined for any other address. */
export function localeOfAddress(path: string): string | undefined {
  const [, locale] = /^\/hc\/([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\/articles\//.exec(path) ?? [];
  return locale === undefined ? undefined : localeOf(locale);
}

const pathOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined;

type Text = Pick<ZendeskTranslation, 'locale' | 'title' | 'body' | 'draft' | 'created_at' | 'updated_at' | 'html_url'>;

/** Half-translated groups: a language without a name is left out, since the fallback chain finds the next one. */
function namesOf(group: ZendeskGroup, translations: readonly ZendeskTranslation[]): Readonly<Record<string, string>> {
  const named = [{ locale: group.source_locale, title: group.name }, ...translations];
  return Object.fromEntries(
    named.flatMap(({ locale, title }) => {
      const language = localeOf(locale);
      return language === undefined || title.trim() === '' ? [] : [[language, title.trim()] as const];
    }),
  );
}

class Reading {
  readonly findings: ImportFinding[] = [];
  private readonly translations = new Map<string, ZendeskTranslation[]>();
  private readonly sections: ReadonlySet<number>;
  private readonly userTypes: ReadonlyMap<number, string>;

  constructor(
    private readonly records: ZendeskExport,
    private readonly references: ZendeskReferences,
  ) {
    for (const translation of records.translations) {
      const source = `${translation.source_type}-${translation.source_id}`.toLowerCase();
      const there = this.translations.get(source);
      if (there) there.push(translation);
      else this.translations.set(source, [translation]);
    }
    this.sections = new Set(records.sections.map(({ id }) => id));
    this.userTypes = new Map((records.user_segments ?? []).map(({ id, user_type: type }) => [id, type]));
  }

  library(): ImportedLibrary {
    const { categories, sections, articles } = this.records;
    const known = new Set(articles.map(({ id }) => id));
    for (const { source_type: type, source_id: id, locale } of this.records.translations) {
      if (type.toLowerCase() === 'article' && !known.has(id))
        this.found('text-without-article', zendeskArticleKey(id), 'The article is not in the export', locale);
    }
    return {
      categories: [
        ...categories.map((one): ImportedCategory => this.category(categoryKey(one.id), one, undefined)),
        ...sections.map((one): ImportedCategory => {
          const parent = one.parent_section_id ?? undefined;
          return this.category(sectionKey(one.id), one, parent ? sectionKey(parent) : categoryKey(one.category_id));
        }),
      ],
      articles: articles.flatMap((article) => this.article(article)),
      findings: this.findings,
    };
  }

  private found(code: ImportFinding['code'], key: string, detail: string, locale?: string) {
    this.findings.push({ code, key, ...(locale !== undefined && { locale }), detail });
  }

  private category(key: string, group: ZendeskGroup, parent: string | undefined): ImportedCategory {
    return { key, parent, names: namesOf(group, this.translations.get(key) ?? []) };
  }

  private article(article: ZendeskArticle): ImportedArticle[] {
    const key = zendeskArticleKey(article.id);
    const sourceLocale = localeOf(article.source_locale);
    if (sourceLocale === undefined) {
      this.found('not-imported', key, `${article.source_locale} is no language`);
      return [];
    }
    const translated: readonly Text[] = this.translations.get(key) ?? [];
    const hasSource = translated.some(({ locale }) => localeOf(locale) === sourceLocale);
    const own: Text = { ...article, locale: article.source_locale, updated_at: article.edited_at ?? null };
    const all = hasSource ? translated : [own, ...translated];
    const texts = all.flatMap((text) => this.text(key, article, text));
    if (!texts.some(({ locale }) => locale === sourceLocale)) {
      this.found('source-text-missing', key, `There is no text in ${sourceLocale} that can be imported`);
      return [];
    }
    if (!this.sections.has(article.section_id))
      this.found('unknown-category', key, `Section ${article.section_id} is not in the export`);
    return [
      {
        key,
        category: this.sections.has(article.section_id) ? sectionKey(article.section_id) : undefined,
        sourceLocale,
        audience: this.audience(key, article.user_segment_id ?? null),
        oldAddresses: addressesOf([article.html_url, ...all.map(({ html_url: url }) => url)]),
        texts: inOrder(texts, sourceLocale),
      },
    ];
  }

  /** The narrowest where it is not known: nobody may read more than before. */
  private audience(key: string, segment: number | null): Audience {
    if (segment === null) return 'public';
    const type = this.userTypes.get(segment);
    if (type === 'signed_in_users') return 'signed-in';
    if (type !== 'staff')
      this.found('unknown-audience', key, `User segment ${segment} is unknown; only agents may read the article`);
    return 'agents';
  }

  private text(key: string, article: ZendeskArticle, text: Text): ImportedText[] {
    const locale = localeOf(text.locale);
    const at = instantOf(text.updated_at ?? text.created_at);
    if (locale === undefined || at === undefined || text.title.trim() === '') {
      this.found('text-refused', key, 'A text needs a language, a date and a title', text.locale);
      return [];
    }
    const body = this.body(key, locale, text.body ?? '');
    if (body === undefined) return [];
    const keywords = locale === localeOf(article.source_locale) ? (article.label_names ?? []) : [];
    const revision = { at, title: text.title.trim(), summary: '', keywords, body, isDraft: text.draft ?? false };
    return [{ locale, revisions: [revision] }];
  }

  private body(key: string, locale: string, html: string): string | undefined {
    const { picture, article } = this.references;
    try {
      const { markdown, pictures, dropped } = markdownOfHtml(html, {
        picture,
        link: (href) => {
          const [, id] = articlePath.exec(href) ?? [];
          return (id === undefined ? undefined : article(zendeskArticleKey(id))) ?? href;
        },
      });
      for (const { source } of pictures)
        if (picture(source) === undefined) this.found('picture-missing', key, source.slice(0, 200), locale);
      for (const { what, times } of dropped) this.found('unsafe-dropped', key, `${what}, ${times} times`, locale);
      return markdown;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.found('text-refused', key, error.message, locale);
      return undefined;
    }
  }
}

/** With and without the title in it. */
function addressesOf(urls: readonly (string | undefined)[]): readonly string[] {
  const paths = urls.flatMap((url) => {
    const path = pathOf(url);
    const short = path && articlePath.exec(path)?.[0];
    return [path, short].filter((one) => one !== undefined);
  });
  return [...new Set(paths)].sort();
}

/**
 * A Zendesk help centre: categories and sections become categories, HTML becomes Markdown. The export has only today's
 * texts, so each has one revision, of the time of its last change.
 */
export const readZendesk = (records: ZendeskExport, references: ZendeskReferences): ImportedLibrary =>
  new Reading(records, references).library();
