import fc from 'fast-check';
import type { SearchDocument } from '../document.js';
import type { SearchChange } from '../write-changes.js';

const words = ['refund', 'refunds', 'refunded', 'łódź', 'lodz', 'parcel', '2001', 'the', 'évènement', 'pieniędzy'];
const text = fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((some) => some.join(' '));
const key = fc.record({ number: fc.constantFrom(0, 1, 1_023, 1_024, 5_000), locale: fc.constantFrom('en', 'pl') });

/** Documents with few words and few numbers, so that their blocks meet. */
export const someDocument: fc.Arbitrary<SearchDocument> = fc
  .record({
    key,
    audience: fc.constantFrom('public', 'agents'),
    title: text,
    keywords: fc.array(text, { maxLength: 2 }),
    blocks: fc.array(
      fc.oneof(
        text.map((plain) => ({ text: plain })),
        text.map((heading) => ({ text: heading, isHeading: true })),
      ),
      { maxLength: 3 },
    ),
    facets: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    signal: fc.constantFrom(-1, 0, 0.5),
  })
  .map(({ key: { number, locale }, ...rest }) => ({ number, locale, ...rest }));

const someChange: fc.Arbitrary<SearchChange> = fc.oneof(
  { weight: 3, arbitrary: someDocument.map((document): SearchChange => ({ type: 'put', document })) },
  { weight: 1, arbitrary: key.map((removed): SearchChange => ({ type: 'remove', key: removed })) },
);

/** Changes, divided into batches. */
export const someBatches: fc.Arbitrary<SearchChange[][]> = fc.array(
  fc.array(someChange, { minLength: 1, maxLength: 6 }),
  {
    maxLength: 8,
  },
);

/** The documents that are there after all of them, as changes that put them. */
export function remaining(batches: readonly (readonly SearchChange[])[]): SearchChange[] {
  const last = new Map<string, SearchDocument>();
  for (const change of batches.flat()) {
    const { number, locale } = change.type === 'put' ? change.document : change.key;
    last.delete(`${number} ${locale}`);
    if (change.type === 'put') last.set(`${number} ${locale}`, change.document);
  }
  return [...last.values()].map((document) => ({ type: 'put', document }));
}
