import { DomainError, type EventContext } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RandomAccess } from './archive.js';
import { filesOf } from './archive-files.js';
import { ImportedArticles } from './imported-articles.runtime.js';
import { ImportedCategories } from './imported-categories.runtime.js';
import type { ImportFinding } from './imported-library.js';
import { ImportedPictures } from './imported-pictures.runtime.js';
import { type ImportFormat, type ReadLibrary, readLibrary } from './read-library.js';
import { filesById, pathsIn } from './references.js';
import { Importing } from './importing.js';

export interface ImportCounts {
  readonly categories: number;
  readonly articles: number;
  readonly texts: number;
  readonly revisions: number;
  readonly pictures: number;
  readonly addresses: number;
}

export interface LibraryImported {
  /** Of the archive, as far as it can be imported. */
  readonly counts: ImportCounts;
  /** Stored by this import: none where it had been imported before. */
  readonly events: number;
  /** Of the last event stored or found; 0 for none. */
  readonly position: number;
  readonly languagesAdded: readonly string[];
  readonly findings: readonly ImportFinding[];
}

/** A help centre or a folder comes in: categories, articles with all their revisions, pictures, old addresses. */
export class ImportLibrary extends Command<LibraryImported> {
  constructor(
    readonly archive: RandomAccess,
    readonly options: {
      /** Names the other system: part of every id. */
      readonly source: string;
      readonly format: ImportFormat;
      /** Of texts that do not say their language; the library's if not given. */
      readonly locale: string | undefined;
      /** Says what would be done, and does nothing. */
      readonly dryRun: boolean;
      /** RFC 3339. */
      readonly now: string;
      readonly context: EventContext;
    },
  ) {
    super();
  }
}

@CommandHandler(ImportLibrary)
export class ImportLibraryHandler implements ICommandHandler<ImportLibrary> {
  constructor(
    private readonly categories: ImportedCategories,
    private readonly articles: ImportedArticles,
    private readonly pictures: ImportedPictures,
  ) {}

  /**
   * Goes on where an earlier one ended, however that was.
   * @throws DomainError `archive-unknown`, `archive-damaged`, `archive-unsafe`, `archive-too-large`, `archive-encrypted`,
   * `several-branches`, `nothing-to-import` (422): nothing was stored
   */
  async execute({ archive, options }: ImportLibrary): Promise<LibraryImported> {
    const { format, dryRun } = options;
    const importing = new Importing(options);
    const languages = await this.categories.languages(options.context.tenantId);
    const read = await readLibrary(await filesOf(archive), format, options.locale ?? languages.source);
    const { library } = read;
    if (library.articles.length === 0 && library.categories.length === 0) throw nothingToImport(library.findings);
    importing.findings.push(...library.findings);
    const paths = this.picturePaths(read, importing);
    const wanted = [...new Set(library.articles.flatMap(({ texts }) => texts.map(({ locale }) => locale)))];
    const languagesAdded = wanted.filter((locale) => !languages.locales.includes(locale)).sort();
    const pictures = await this.pictures.bring(importing, read.files, paths, dryRun);
    if (!dryRun) {
      await this.categories.addLanguages(importing, languagesAdded);
      const categories = await this.categories.bring(importing, library.categories);
      await this.articles.bring(importing, read, { pictures, categories });
    }
    const { events, position, findings } = importing;
    return { counts: countsOf(read, pictures.size), events, position, languagesAdded, findings };
  }

  /** Paths of files that a text refers to; what is in no text is named, so that nothing is lost without a word. */
  private picturePaths({ library, keys, files }: ReadLibrary, importing: Importing): ReadonlySet<string> {
    const paths = new Set<string>();
    const byId = filesById(files);
    for (const { key, texts } of library.articles)
      for (const { locale, revisions } of texts)
        for (const { body } of revisions)
          for (const path of pathsIn(body, byId)) {
            if (files.has(path)) paths.add(path);
            // A file that was removed later in the history.
            else if (!keys.has(path))
              importing.findOnce({ code: 'picture-missing', key, locale, detail: path.slice(0, 200) });
          }
    for (const path of files.keys())
      if (!paths.has(path)) importing.findOnce({ code: 'not-imported', key: path, detail: 'No text shows the file' });
    return paths;
  }
}

function countsOf({ library }: ReadLibrary, pictures: number): ImportCounts {
  const texts = library.articles.flatMap((article) => article.texts);
  return {
    categories: library.categories.length,
    articles: library.articles.length,
    texts: texts.length,
    revisions: texts.reduce((sum, { revisions }) => sum + revisions.length, 0),
    pictures,
    addresses: library.articles.reduce((sum, { oldAddresses }) => sum + oldAddresses.length, 0),
  };
}

function nothingToImport(findings: readonly ImportFinding[]): DomainError {
  const words =
    'The archive has no article that can be imported. Markdown files end with .md; records of a help centre are in articles.json.';
  return new DomainError('nothing-to-import', words, { findings: findings.slice(0, 20) }, 'invalid');
}
