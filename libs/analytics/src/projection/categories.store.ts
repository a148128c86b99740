/** Writes what categories are called, and in which language first. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
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
const libraries = new BulkTable('knowledge_library', libraryColumns);

/** The last event of each name counts: all of a tenant's come in one stream. */
export async function writeCategoryNames(tx: ProjectionTransaction, events: readonly NamingEvent[]): Promise<void> {
  const named = new Map<string, CategoryName>();
  const sources = new Map<string, Library>();
  for (const { type, tenantId, data } of events) {
    switch (type) {
      case 'CategoryNamed': {
        const { categoryId, locale, name } = data;
        named.set(`${tenantId}/${categoryId}/${locale}`, { tenantId, categoryId, locale, name });
        break;
      }
      case 'LanguagesSet':
        sources.set(tenantId, { tenantId, sourceLocale: data.source });
    }
  }
  await start(tx, names.upsert(tx.schema, [...named.values()]));
  await start(tx, libraries.upsert(tx.schema, [...sources.values()]));
}
