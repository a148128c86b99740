import type { SearchIndex } from '../search-index.js';
import { complete, search } from '../search.js';
import { documentsDefinition, documentsIndex, type OpenSearchPlace, termsDefinition, termsIndex } from './indexes.js';
import { type OpenSearchClient, OpenSearchRefusal } from './open-search-client.store.js';
import { OpenSearchReader } from './open-search-reader.store.js';
import { OpenSearchWriter } from './open-search-writer.store.js';

/** An index in OpenSearch (`createOpenSearchIndex`). Whoever changes it is the only one who does. */
export function openSearchIndex(client: OpenSearchClient, place: OpenSearchPlace): SearchIndex {
  const reader = new OpenSearchReader(client, place);
  const writer = new OpenSearchWriter(client, place);
  return {
    change: (changes) => writer.change(changes),
    search: (request) => search(request, reader),
    complete: (request) => complete(request, reader),
  };
}

/** Creates what is not there of it. */
export async function createOpenSearchIndex(client: OpenSearchClient, name: string): Promise<void> {
  for (const [index, definition] of [
    [documentsIndex(name), documentsDefinition],
    [termsIndex(name), termsDefinition],
  ] as const)
    await client.request('PUT', `/${index}`, definition).catch((error: unknown) => {
      const isThere = error instanceof OpenSearchRefusal && error.type === 'resource_already_exists_exception';
      if (!isThere) throw error;
    });
}

/** Removes what is there of it. */
export async function removeOpenSearchIndex(client: OpenSearchClient, name: string): Promise<void> {
  await client.request('DELETE', `/${documentsIndex(name)},${termsIndex(name)}?ignore_unavailable=true`);
}

const markId = 'mark';

/** The number that was written with `markOpenSearchIndex`; undefined where the index is not there, or has none. */
export async function markOfOpenSearchIndex(client: OpenSearchClient, name: string): Promise<number | undefined> {
  try {
    const { _source } = await client.request<{ _source: { kept: { mark: number } } }>(
      'GET',
      `/${termsIndex(name)}/_doc/${markId}`,
    );
    return _source.kept.mark;
  } catch (error) {
    if (error instanceof OpenSearchRefusal && error.isMissing) return undefined;
    throw error;
  }
}

/** Writes down up to where an index has what it is made of. All that was changed before is found by then. */
export async function markOpenSearchIndex(client: OpenSearchClient, name: string, mark: number): Promise<void> {
  await client.request('PUT', `/${termsIndex(name)}/_doc/${markId}`, { kept: { mark } });
}

/** The names of indexes that begin so. */
export async function openSearchIndexes(client: OpenSearchClient, beginning: string): Promise<readonly string[]> {
  const suffix = termsIndex('');
  const found = await client.request<readonly { index: string }[]>(
    'GET',
    `/_cat/indices/${beginning}*${suffix}?format=json&h=index`,
  );
  return found.map(({ index }) => index.slice(0, -suffix.length));
}
