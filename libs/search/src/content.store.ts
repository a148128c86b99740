import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SearchDocument } from './document.js';

/** What of a document has no column of its own. */
type Content = Pick<SearchDocument, 'title' | 'keywords' | 'blocks' | 'facets'>;

/** JSON, deflated: about half of the text. Equal documents give equal bytes. */
export function packContent({ title, keywords, blocks, facets }: SearchDocument): Uint8Array {
  const plain = blocks.map(({ text, isHeading = false }) => (isHeading ? [text, 1] : [text]));
  return deflateRawSync(JSON.stringify([title, keywords, plain, facets]));
}

export function unpackContent(packed: Uint8Array): Content {
  const parsed = JSON.parse(inflateRawSync(packed).toString()) as [string, string[], [string, 1?][], string[]];
  const [title, keywords, plain, facets] = parsed;
  const blocks = plain.map(([text, heading]) => (heading === 1 ? { text, isHeading: true } : { text }));
  return { title, keywords, blocks, facets };
}
