import { type Audience, strictest } from '@guichet/contracts';
import { EventStore } from '@guichet/event-sourcing';
import { lineForm } from '@guichet/http-host';
import { Injectable } from '@nestjs/common';
import { categoriesDecider } from '../category/categories.js';
import { type Languages, libraryDecider } from '../library/library.js';
import type { ImportedCategory } from './imported-library.js';
import type { Importing } from './importing.js';

const longestName = 300;

export interface CategoryHere {
  /** Of a category that was refused: the next one above it; null: none. */
  readonly categoryId: string | null;
  /** What is put there instead of into a category that was refused is for these at most. */
  readonly audience: Audience;
}

/** Brings the categories of an import, and the languages that its texts are in. */
@Injectable()
export class ImportedCategories {
  constructor(private readonly events: EventStore) {}

  async languages(tenantId: string): Promise<Languages> {
    return (await this.events.load(libraryDecider, tenantId, tenantId)).state.languages;
  }

  async addLanguages(importing: Importing, added: readonly string[]): Promise<void> {
    if (added.length === 0) return;
    const { tenantId, now: at } = importing;
    const languages = await this.languages(tenantId);
    const locales = [...new Set([...languages.locales, ...added])];
    const command = { type: 'SetLanguages', data: { ...languages, locales, at } } as const;
    importing.add(await this.events.transact(libraryDecider, tenantId, command, { context: importing.context }));
  }

  /**
   * What is there already stays as it is now: people may have renamed and moved it.
   * @returns where what is in a category goes, by its key
   */
  async bring(
    importing: Importing,
    categories: readonly ImportedCategory[],
  ): Promise<ReadonlyMap<string, CategoryHere>> {
    const ids = new Map<string, CategoryHere>();
    const { source } = await this.languages(importing.tenantId);
    let rest = categories.map((category, place) => ({ ...category, place }));
    while (rest.length > 0) {
      const known = new Set(rest.map(({ key }) => key));
      const next = rest.filter(({ parent }) => parent === undefined || !known.has(parent));
      // Above one another in a circle: the first one goes to the top.
      const [first] = rest;
      const now = next.length > 0 ? next : first === undefined ? [] : [{ ...first, parent: undefined }];
      for (const category of now) ids.set(category.key, await this.one(importing, category, ids, source));
      const done = new Set(now.map(({ key }) => key));
      rest = rest.filter(({ key }) => !done.has(key));
    }
    return ids;
  }

  private async one(
    importing: Importing,
    { key, parent, names, audience = 'public', place }: ImportedCategory & { readonly place: number },
    ids: ReadonlyMap<string, CategoryHere>,
    sourceLocale: string,
  ): Promise<CategoryHere> {
    const above = parent === undefined ? undefined : ids.get(parent);
    const parentId = above?.categoryId ?? null;
    const categoryId = importing.id('category', key);
    const named = Object.entries(names).flatMap(([locale, name]) => {
      const line = lineForm(name.slice(0, longestName));
      return line === undefined ? [] : [[locale, line] as const];
    });
    const [[locale, name] = [sourceLocale, key.slice(0, longestName)], ...others] = named;
    const { tenantId, now: at } = importing;
    const transact = async (command: Parameters<typeof categoriesDecider.decide>[0], ...thing: readonly string[]) =>
      importing.add(
        await this.events.transact(categoriesDecider, tenantId, command, importing.options(importing.id(...thing))),
      );
    const made = await importing.unlessRefused({ code: 'category-refused', key }, async () => {
      const creation = {
        categoryId,
        parentId,
        place,
        audience: strictest(audience, above?.audience ?? 'public'),
        locale,
        name,
        at,
      };
      await transact({ type: 'CreateCategory', data: creation }, 'created', key);
      for (const [language, other] of others)
        await transact(
          { type: 'NameCategory', data: { categoryId, locale: language, name: other, at } },
          'named',
          key,
          language,
        );
      return categoryId;
    });
    // What is in it must not be wider than it was.
    return made === undefined
      ? { categoryId: parentId, audience: strictest(audience, above?.audience ?? 'public') }
      : { categoryId, audience: 'public' };
  }
}
