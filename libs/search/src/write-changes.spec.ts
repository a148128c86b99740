import fc from 'fast-check';
import type { SearchDocument } from './document.js';
import { MemoryStore } from './memory/memory-store.js';
import { type SearchChange, writeChanges } from './write-changes.js';

const someWords = fc.array(fc.constantFrom('refund', 'refunds', 'łódź', 'lodz', 'parcel', '2001', 'the'), {
  maxLength: 6,
});
const text = someWords.map((words) => words.join(' '));
const key = fc.record({ number: fc.constantFrom(0, 1, 1_023, 1_024, 5_000), locale: fc.constantFrom('en', 'pl') });
const document: fc.Arbitrary<SearchDocument> = fc
  .record({
    key,
    audience: fc.constantFrom('public', 'agents'),
    title: text,
    keywords: fc.array(text, { maxLength: 2 }),
    blocks: fc.array(fc.record({ text, isHeading: fc.boolean() }), { maxLength: 3 }),
    facets: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    signal: fc.constantFrom(-1, 0, 0.5),
  })
  .map(({ key: { number, locale }, ...rest }) => ({ number, locale, ...rest }));
const change: fc.Arbitrary<SearchChange> = fc.oneof(
  { weight: 3, arbitrary: document.map((put): SearchChange => ({ type: 'put', document: put })) },
  { weight: 1, arbitrary: key.map((removed): SearchChange => ({ type: 'remove', key: removed })) },
);

describe('Changes', () => {
  it('leave the same bytes, however they were divided, as the documents at the end written at once', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 25 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
        async (changes, sizes) => {
          const batched = new MemoryStore();
          for (let from = 0, i = 0; from < changes.length; i++) {
            const size = sizes[i % sizes.length] ?? 1;
            await writeChanges(changes.slice(from, from + size), batched);
            from += size;
          }
          const rebuilt = new MemoryStore();
          const last = new Map<string, SearchDocument>();
          for (const each of changes) {
            const { number, locale } = each.type === 'put' ? each.document : each.key;
            last.delete(`${number} ${locale}`);
            if (each.type === 'put') last.set(`${number} ${locale}`, each.document);
          }
          await writeChanges(
            [...last.values()].map((put) => ({ type: 'put', document: put })),
            rebuilt,
          );
          expect(batched.dump()).toEqual(rebuilt.dump());
        },
      ),
    ));

  it('leave nothing of a document that was removed', async () => {
    const store = new MemoryStore();
    const before = store.dump();
    const [put] = fc.sample(document, 1);
    await writeChanges([{ type: 'put', document: put! }], store);
    expect(store.dump()).not.toEqual(before);
    await writeChanges([{ type: 'remove', key: put! }], store);
    expect(store.dump()).toEqual(before);
  });

  it.each([
    [{ number: -1 }, 'number'],
    [{ number: 1.5 }, 'number'],
    [{ number: 2 ** 31 }, 'number'],
    [{ locale: '' }, 'locale'],
    [{ audience: '' }, 'audience'],
    [{ signal: Number.NaN }, 'signal'],
    [{ signal: 2 }, 'signal'],
  ])('refuse a document with %j, and write nothing', async (wrong, message) => {
    const store = new MemoryStore();
    const right: SearchDocument = {
      number: 1,
      locale: 'en',
      audience: 'public',
      title: 'x',
      keywords: [],
      blocks: [],
      facets: [],
      signal: 0,
    };
    const puts = [right, { ...right, ...wrong }].map((put): SearchChange => ({ type: 'put', document: put }));
    await expect(writeChanges(puts, store)).rejects.toThrow(RangeError);
    await expect(writeChanges(puts, store)).rejects.toThrow(message);
    expect(store.dump()).toEqual(new MemoryStore().dump());
  });
});
