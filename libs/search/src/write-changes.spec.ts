import fc from 'fast-check';
import type { SearchDocument } from './document.js';
import { MemoryStore } from './memory/memory-store.js';
import { remaining, someBatches, someDocument } from './testing/changes.js';
import { type SearchChange, writeChanges } from './write-changes.js';

const plain: SearchDocument = {
  number: 1,
  locale: 'en',
  audience: 'public',
  title: 'x',
  keywords: [],
  blocks: [],
  facets: [],
  signal: 0,
};

describe('Changes', () => {
  it('leave the same bytes, however they were divided, as the documents at the end written at once', () =>
    fc.assert(
      fc.asyncProperty(someBatches, async (batches) => {
        const [batched, rebuilt] = [new MemoryStore(), new MemoryStore()];
        for (const batch of batches) await writeChanges(batch, batched);
        await writeChanges(remaining(batches), rebuilt);
        expect(batched.dump()).toEqual(rebuilt.dump());
      }),
    ));

  it('leave the same when they are more than one pass takes', async () => {
    const changes = Array.from({ length: 2_300 }, (_, number): SearchChange => {
      const title = `word${number % 7} form${number % 1_200}`;
      return { type: 'put', document: { ...plain, number: number % 2_100, title } };
    });
    const [together, alone] = [new MemoryStore(), new MemoryStore()];
    await writeChanges(changes, together);
    for (const change of changes) await writeChanges([change], alone);
    expect(together.dump()).toEqual(alone.dump());
  });

  it('leave nothing of a document that was removed', async () => {
    const store = new MemoryStore();
    const before = store.dump();
    const [put] = fc.sample(someDocument, 1);
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
    [{ facets: ['a', ''] }, 'facet'],
    [{ facets: ['\u0000'] }, 'facet'],
    [{ audience: 'x'.repeat(201) }, 'audience'],
    [{ signal: Number.NaN }, 'signal'],
    [{ signal: 2 }, 'signal'],
  ])('refuse a document with %j, and write nothing', async (wrong, message) => {
    const store = new MemoryStore();
    const puts = [plain, { ...plain, ...wrong }].map((put): SearchChange => ({ type: 'put', document: put }));
    await expect(writeChanges(puts, store)).rejects.toThrow(RangeError);
    await expect(writeChanges(puts, store)).rejects.toThrow(message);
    expect(store.dump()).toEqual(new MemoryStore().dump());
  });
});
