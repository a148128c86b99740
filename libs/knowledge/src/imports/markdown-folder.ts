import { type Audience, audiences, significances } from '@guichet/contracts';
import { DomainError } from '@guichet/event-sourcing';
import { type FrontMatter, type FrontMatterValue, readFrontMatter, writeFrontMatter } from '../content/front-matter.js';
import {
  type ImportedArticle,
  type ImportedCategory,
  type ImportedLibrary,
  type ImportedRevision,
  type ImportFinding,
  inOrder,
  instantOf,
  localeOf,
} from './imported-library.js';

/** A file as it was from an instant on: a folder has one of each path, a Git history one for each commit. */
export interface FolderFile {
  /** `<category>/<category>/<name>.<language>.md`, or `<category>/_category.md` for the names of a category. */
  readonly path: string;
  /** RFC 3339. */
  readonly at: string;
  /** null: the file was removed. */
  readonly content: string | null;
}

const categoryFile = '_category.md';
const fileName = /^(.+?)(?:\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.md$/;

interface Place {
  readonly folder: string;
  readonly name: string;
  readonly locale: string | undefined;
}

/** Undefined for what is no Markdown file, and for a path that leads elsewhere. */
function placeOf(path: string): Place | undefined {
  const parts = path.split('/');
  const last = parts.pop() ?? '';
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return undefined;
  const [, name, locale] = fileName.exec(last) ?? [];
  if (name === undefined) return undefined;
  const language = locale === undefined ? undefined : localeOf(locale);
  return { folder: parts.join('/'), name: language || !locale ? name : `${name}.${locale}`, locale: language };
}

const textOf = (value: FrontMatterValue | undefined): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
const textsOf = (value: FrontMatterValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.flatMap((one: FrontMatterValue) => textOf(one) ?? []) : [];

/** A heading at the top is the title, if the header says none. */
function titleAndBody(
  data: FrontMatter,
  body: string,
  name: string,
): { readonly title: string; readonly body: string } {
  const title = textOf(data['title']);
  if (title !== undefined) return { title, body };
  const [line, heading] = /^# +(.+)\n*/.exec(body) ?? [];
  return line === undefined || heading === undefined
    ? { title: name, body }
    : { title: heading.trim(), body: body.slice(line.length) };
}

interface Version {
  readonly data: FrontMatter;
  readonly revision: ImportedRevision;
}

interface Versions {
  readonly place: Place;
  readonly all: Version[];
}

const keyOf = ({ place, all }: Versions): string =>
  textOf(all.at(-1)?.data['key']) ?? [place.folder, place.name].filter(Boolean).join('/');

class Reading {
  readonly findings: ImportFinding[] = [];
  private readonly versions = new Map<string, Versions>();
  private readonly groups = new Map<string, FrontMatter>();

  constructor(private readonly sourceLocale: string) {}

  add({ path, at, content }: FolderFile) {
    const place = placeOf(path);
    if (path.split('/').at(-1) === categoryFile) this.addCategory(path, content);
    else if (!place) this.found('not-imported', path, 'It is no Markdown file');
    else if (content === null) this.versions.delete(path);
    else this.addText(path, place, at, content);
  }

  /** Keys of articles by the paths of their files. */
  keys(): ReadonlyMap<string, string> {
    return new Map([...this.versions].map(([path, text]) => [path, keyOf(text)]));
  }

  library(): ImportedLibrary {
    const articles = new Map<string, Versions[]>();
    for (const text of this.versions.values()) {
      const key = keyOf(text);
      articles.set(key, [...(articles.get(key) ?? []), text]);
    }
    const read = [...articles].flatMap(([key, texts]) => this.article(key, texts));
    return { categories: this.categories(read), articles: read, findings: this.findings };
  }

  private found(code: ImportFinding['code'], key: string, detail: string) {
    this.findings.push({ code, key, detail });
  }

  private parsed(path: string, content: string) {
    try {
      return readFrontMatter(content);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      this.found('text-refused', path, error.message);
      return undefined;
    }
  }

  private addCategory(path: string, content: string | null) {
    const folder = path.slice(0, -categoryFile.length - 1);
    if (content === null) this.groups.delete(folder);
    const file = content === null ? undefined : this.parsed(path, content);
    if (file) this.groups.set(folder, file.data);
  }

  private addText(path: string, place: Place, at: string, content: string) {
    const instant = instantOf(at);
    if (instant === undefined) return this.found('text-refused', path, `${at} is no date`);
    const file = this.parsed(path, content);
    if (!file) return undefined;
    const { data } = file;
    const revision = {
      at: instant,
      ...titleAndBody(data, file.body, place.name),
      summary: textOf(data['summary']) ?? '',
      keywords: textsOf(data['keywords']),
      isDraft: data['draft'] === true,
      ...followsOf(data['follows']),
      ...significanceOf(data['significance']),
    };
    const there = this.versions.get(path);
    if (there) there.all.push({ data, revision });
    else this.versions.set(path, { place, all: [{ data, revision }] });
    return undefined;
  }

  private article(key: string, texts: readonly { readonly place: Place; readonly all: readonly Version[] }[]) {
    const named = texts.map(({ place, all }) => ({ locale: place.locale ?? this.sourceLocale, place, all }));
    const wanted = named.flatMap(({ all }) => localeOf(textOf(all.at(-1)?.data['source']) ?? '') ?? [])[0];
    const sourceLocale = wanted ?? this.sourceLocale;
    const source = named.find(({ locale }) => locale === sourceLocale);
    const last = source?.all.at(-1);
    if (!source || !last) {
      this.found('source-text-missing', key, `There is no file in ${sourceLocale}`);
      return [];
    }
    const article: ImportedArticle = {
      key,
      category: source.place.folder === '' ? undefined : this.categoryKey(source.place.folder),
      sourceLocale,
      audience: this.audience(key, textOf(last.data['audience'])),
      oldAddresses: textsOf(last.data['addresses']),
      texts: inOrder(
        named.map(({ locale, all }) => ({ locale, revisions: all.map(({ revision }) => revision) })),
        sourceLocale,
      ),
    };
    return [article];
  }

  private audience(key: string, name = 'public'): Audience {
    const known = audiences.find((audience) => audience === name);
    if (known) return known;
    this.found('unknown-audience', key, `${name} is none of ${audiences.join(', ')}; only agents may read the article`);
    return 'agents';
  }

  private categoryKey(folder: string): string {
    return textOf(this.groups.get(folder)?.['key']) ?? folder;
  }

  /** Every folder with an article in it or below it, and every one that has a name. */
  private categories(articles: readonly ImportedArticle[]): readonly ImportedCategory[] {
    const used = new Set(articles.map(({ category }) => category));
    const folders = new Set<string>(this.groups.keys());
    for (const { place } of this.versions.values())
      if (used.has(this.categoryKey(place.folder))) folders.add(place.folder);
    for (const folder of [...folders]) {
      const parts = folder.split('/');
      for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
    }
    folders.delete('');
    return [...folders].sort().map((folder) => {
      const end = folder.lastIndexOf('/');
      const key = this.categoryKey(folder);
      const { names, audience } = this.groups.get(folder) ?? {};
      return {
        key,
        parent: end < 0 ? undefined : this.categoryKey(folder.slice(0, end)),
        names: isNames(names) ? names : { [this.sourceLocale]: folder.slice(end + 1) },
        ...(audience !== undefined && { audience: this.audience(key, textOf(audience)) }),
      };
    });
  }
}

const followsOf = (value: FrontMatterValue | undefined): Pick<ImportedRevision, 'follows'> =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? { follows: value } : {};

function significanceOf(value: FrontMatterValue | undefined): Pick<ImportedRevision, 'significance'> {
  const significance = significances.find((known) => known === value);
  return significance === undefined ? {} : { significance };
}

const isNames = (value: FrontMatterValue | undefined): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((name) => typeof name === 'string');

/**
 * Articles of a folder of Markdown files, or of its Git history: each version of a file is a revision.
 * @param files in the order in which they were changed
 * @param sourceLocale of files whose name says no language, and of articles whose header names no `source`
 */
export const readMarkdownFolder = (files: readonly FolderFile[], sourceLocale: string): ImportedLibrary =>
  readMarkdownPaths(files, sourceLocale).library;

/** The same, with the keys of articles by the paths of their files. */
export function readMarkdownPaths(
  files: readonly FolderFile[],
  sourceLocale: string,
): { readonly library: ImportedLibrary; readonly keys: ReadonlyMap<string, string> } {
  const reading = new Reading(sourceLocale);
  for (const file of files) reading.add(file);
  return { library: reading.library(), keys: reading.keys() };
}

/** Keys become names of files; the key itself is in the header. */
const safeName = (key: string) => key.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+|-+$/g, '') || 'article';

/** A name that no other key of this folder has taken. */
function freeName(key: string, taken: Set<string>): string {
  const wanted = safeName(key);
  let name = wanted;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted}-${n}`;
  taken.add(name.toLowerCase());
  return name;
}

/** Folders of categories, by their keys. */
export function foldersOf(
  categories: readonly ImportedCategory[],
  nameOf: (category: ImportedCategory) => string = ({ key }) => key,
): ReadonlyMap<string, string> {
  const byKey = new Map(categories.map((category) => [category.key, category]));
  const folders = new Map<string, string>();
  const taken = new Set<string>();
  const folderOf = (category: ImportedCategory): string => {
    const { key, parent } = category;
    const known = folders.get(key);
    if (known !== undefined) return known;
    const above = parent === undefined ? undefined : byKey.get(parent);
    const folder = [...(above ? [folderOf(above)] : []), freeName(nameOf(category), taken)].join('/');
    folders.set(key, folder);
    return folder;
  };
  for (const category of categories) folderOf(category);
  return folders;
}

/**
 * The files that `readMarkdownFolder` reads as this library, every revision of every text, oldest first.
 * @param library whose categories have no cycle
 */
export function writeMarkdownFolder({ categories, articles }: ImportedLibrary): readonly FolderFile[] {
  const folders = foldersOf(categories);
  const taken = new Set<string>();
  const groups = categories.map((category) => categoryFileOf(category, folders));
  const texts = articles.flatMap((article) => {
    const name = freeName(article.key, taken);
    return article.texts.flatMap(({ locale, revisions }) =>
      revisions.map((revision) => revisionFileOf({ article, folders, name, locale }, revision)),
    );
  });
  return [...groups, ...texts.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))];
}

export const categoryFileOf = (
  { key, names, audience }: ImportedCategory,
  folders: ReadonlyMap<string, string>,
): FolderFile => ({
  path: `${folders.get(key) ?? ''}/${categoryFile}`,
  at: new Date(0).toISOString(),
  content: writeFrontMatter({ data: { key, names, ...(audience !== undefined && { audience }) }, body: '' }),
});

/** Of an article what its files say beside their texts. */
export type ArticleHead = Omit<ImportedArticle, 'texts'>;

interface RevisionPlace {
  readonly article: ArticleHead;
  readonly folders: ReadonlyMap<string, string>;
  /** Of the article's files, without language and ending. */
  readonly name: string;
  readonly locale: string;
}

export function revisionFileOf(
  { article, folders, name, locale }: RevisionPlace,
  revision: ImportedRevision,
): FolderFile & { readonly content: string } {
  const folder = article.category === undefined ? undefined : folders.get(article.category);
  return {
    path: `${folder === undefined ? '' : `${folder}/`}${name}.${locale}.md`,
    at: revision.at,
    content: writeFrontMatter({ data: headerOf(article, revision), body: revision.body }),
  };
}

function headerOf(
  article: ArticleHead,
  { title, summary, keywords, isDraft, follows, significance }: ImportedRevision,
): FrontMatter {
  return {
    key: article.key,
    title,
    ...(summary !== '' && { summary }),
    ...(keywords.length > 0 && { keywords }),
    ...(isDraft && { draft: true }),
    ...(follows !== undefined && { follows }),
    ...(significance !== undefined && { significance }),
    source: article.sourceLocale,
    ...(article.audience !== 'public' && { audience: article.audience }),
    ...(article.oldAddresses.length > 0 && { addresses: article.oldAddresses }),
  };
}
