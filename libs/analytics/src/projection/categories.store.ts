/** Writes what categories of the knowledge base and of the forum are called; of the former in which language first. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import type { ForumNamingEvent } from '../community-facts/community-event.js';
import type { NamingEvent } from '../knowledge-facts/knowledge-event.js';
import { BulkTable, type Column } from './bulk-table.store.js';
import { start } from './turns.store.js';

interface CategoryName {
  readonly tenantId: string;
  readonly categoryId: string;
  readonly locale: string;
  readonly name: string;
}
interface Library {
  readonly tenantId: string;
  readonly sourceLocale: string;
}

export const categoryNameColumns: readonly Column<CategoryName>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'category_id', type: 'text', key: true, value: (row) => row.categoryId },
  { name: 'locale', type: 'text', key: true, value: (row) => row.locale },
  { name: 'name', type: 'text', value: (row) => row.name },
];
export const libraryColumns: readonly Column<Library>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'source_locale', type: 'text', value: (row) => row.sourceLocale },
];

const names = new BulkTable('category_name', categoryNameColumns);
const forumNames = new BulkTable('forum_category_name', categoryNameColumns);
const libraries = new BulkTable('knowledge_library', libraryColumns);

/** The last event of each name counts: all of a category's come in one stream. */
export async function writeCategoryNames(tx: ProjectionTransaction, events: readonly NamingEvent[]): Promise<void> {
  const named = new Map<string, CategoryName>();
  const sources = new Map<string, Library>();
  for (const { type, tenantId, data } of events) {
    switch (type) {
      case 'CategoryNamed': {
        nameCategory(named, tenantId, data);
        break;
      }
      case 'LanguagesSet':
        sources.set(tenantId, { tenantId, sourceLocale: data.source });
    }
  }
  await start(tx, names.upsert(tx.schema, [...named.values()]));
  await start(tx, libraries.upsert(tx.schema, [...sources.values()]));
}

export async function writeForumCategoryNames(
  tx: ProjectionTransaction,
  events: readonly ForumNamingEvent[],
): Promise<void> {
  const named = new Map<string, CategoryName>();
  for (const { tenantId, data } of events) nameCategory(named, tenantId, data);
  await start(tx, forumNames.upsert(tx.schema, [...named.values()]));
}

function nameCategory(
  named: Map<string, CategoryName>,
  tenantId: string,
  { categoryId, locale, name }: Omit<CategoryName, 'tenantId'>,
): void {
  named.set(`${tenantId}/${categoryId}/${locale}`, { tenantId, categoryId, locale, name });
}
