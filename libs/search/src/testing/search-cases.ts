import type { SearchDocument } from '../document.js';
import type { SearchIndex } from '../search-index.js';
import { maxQueryLength } from '../search.js';
import type { SearchRequest } from '../search-request.js';

const base = { locale: 'en', audience: 'public', keywords: [], blocks: [], facets: [], signal: 0 };
const article = (number: number, title: string, rest: Partial<SearchDocument> = {}): SearchDocument => ({
  ...base,
  number,
  title,
  ...rest,
});

/** What every engine must answer. @param emptyIndex makes another one whenever it is asked */
export function describeSearch(emptyIndex: () => SearchIndex): void {
  /** Asks an index of these documents; what is not said is a reader of English. */
  async function indexOf(...documents: SearchDocument[]) {
    const index = emptyIndex();
    await index.change(documents.map((document) => ({ type: 'put', document })));
    const ask = (text: string, rest: Partial<SearchRequest> = {}) =>
      index.search({ text, locales: ['en'], audiences: ['public'], ...rest });
    const numbers = async (text: string, rest?: Partial<SearchRequest>) =>
      (await ask(text, rest)).hits.map(({ number }) => number);
    return { index, ask, numbers };
  }

  describe('A search', () => {
    it('finds other forms of a word, and the same form first', async () => {
      const { numbers } = await indexOf(article(1, 'Refunding'), article(2, 'Refunds'), article(3, 'Parcels'));
      expect(await numbers('refunds')).toEqual([2, 1]);
    });

    it('finds words typed without accents, and accented words where the text has none', async () => {
      const { numbers } = await indexOf(
        article(1, 'Zwrot pieniędzy', { locale: 'pl' }),
        article(2, 'Zwrot pieniedzy', { locale: 'pl' }),
        article(3, 'Łódź', { locale: 'pl' }),
      );
      const polish = { locales: ['pl'] };
      expect((await numbers('pieniedzy', polish)).sort()).toEqual([1, 2]);
      expect((await numbers('pieniędzy', polish)).sort()).toEqual([1, 2]);
      expect(await numbers('lodz', polish)).toEqual([3]);
    });

    it('reads an unknown word with one letter changed, and says so', async () => {
      const { ask } = await indexOf(article(1, 'Remboursement', { locale: 'fr' }));
      const { hits, corrected } = await ask('Mon remboursment ?', { locales: ['fr'] });
      expect(hits.map(({ number }) => number)).toEqual([1]);
      expect(corrected).toBe('Mon remboursement ?');
    });

    it('leaves known words, short words, numbers and other first letters as they are', async () => {
      const { ask, numbers } = await indexOf(
        article(1, 'Release 2001'),
        article(2, 'Greener'),
        article(3, 'Cat'),
        article(4, 'Greece'),
      );
      expect(await numbers('2000')).toEqual([]);
      expect(await numbers('cap')).toEqual([]);
      expect(await numbers('breener')).toEqual([]);
      expect(await numbers('greece')).toEqual([4]);
      expect((await ask('greece')).corrected).toBeUndefined();
    });

    it('takes the last word as a beginning where that is asked for', async () => {
      const { numbers } = await indexOf(article(1, 'Refund policy'), article(2, 'Parcels'));
      expect(await numbers('my refu')).toEqual([]);
      expect(await numbers('my refu', { asYouType: true })).toEqual([1]);
      expect(await numbers('my refu ', { asYouType: true })).toEqual([]);
    });

    it('ranks title before keywords and headings, and these before the body', async () => {
      const filler = 'some plain words';
      const { numbers } = await indexOf(
        article(1, filler, { blocks: [{ text: 'invoice' }] }),
        article(2, filler, { blocks: [{ text: 'invoice', isHeading: true }] }),
        article(3, 'invoice'),
      );
      expect(await numbers('invoice')).toEqual([3, 2, 1]);
    });

    it('moves a document by its signal, by no more than 15%', async () => {
      const pair = (first: number, second: number) =>
        indexOf(article(1, 'Refunds', { signal: first }), article(2, 'Refunds', { signal: second }));
      expect(await (await pair(0, 0)).numbers('refunds')).toEqual([1, 2]);
      expect(await (await pair(-1, 0)).numbers('refunds')).toEqual([2, 1]);
      const { hits } = await (await pair(1, 0)).ask('refunds');
      expect((hits[0]?.score ?? 0) / (hits[1]?.score ?? 0)).toBeCloseTo(1.15, 5);
    });

    it('finds synonyms, of one word or several, in their own language only', async () => {
      const { numbers } = await indexOf(article(1, 'Getting your money back'), article(2, 'Parcels'));
      const settings = { en: { synonyms: [['reimbursement', 'money back']] } };
      expect(await numbers('reimbursements')).toEqual([]);
      expect(await numbers('reimbursements', { settings })).toEqual([1]);
      expect(await numbers('reimbursements', { settings: { fr: settings.en } })).toEqual([]);
    });

    it('puts pinned documents first, whatever forms the words have, where the reader may see them', async () => {
      const { ask } = await indexOf(
        article(1, 'Refunds of orders'),
        article(2, 'Money'),
        article(3, 'For staff', { audience: 'agents' }),
      );
      const settings = { en: { pins: [{ query: 'refund orders', numbers: [3, 2, 99] }] } };
      const { hits } = await ask('Order refunds', { settings });
      expect(hits.map(({ number, isPinned }) => [number, isPinned])).toEqual([
        [2, true],
        [1, false],
      ]);
      expect((await ask('refunds', { settings })).hits.map(({ number }) => number)).toEqual([1]);
    });

    it('keeps to the audiences of the reader, and to their words', async () => {
      const { ask, numbers, index } = await indexOf(
        article(1, 'Refunds'),
        article(2, 'Refundable secrets', { audience: 'agents' }),
      );
      expect(await numbers('refunds')).toEqual([1]);
      expect((await ask('secretz')).corrected).toBeUndefined();
      expect(await index.complete({ text: 'sec', locale: 'en', audiences: ['public'] })).toEqual([]);
      expect((await numbers('refund secrets', { audiences: ['public', 'agents'] })).sort()).toEqual([1, 2]);
      expect(await numbers('refund', { audiences: [] })).toEqual([]);
    });

    it('keeps to the facets that are asked for, all of them', async () => {
      const { ask, numbers } = await indexOf(
        article(1, 'Refunds', { facets: ['category:a'] }),
        article(2, 'Refunds', { facets: ['category:a', 'tag:x'] }),
        article(2_000, 'Refunds', { facets: ['tag:x'] }),
      );
      expect(await numbers('refunds', { facets: ['category:a'] })).toEqual([1, 2]);
      expect(await numbers('refunds', { facets: ['category:a', 'tag:x'] })).toEqual([2]);
      expect((await ask('refunds', { facets: ['category:none'] })).total).toBe(0);
    });

    it('falls back to other languages, behind what is as good in the reader’s own', async () => {
      const { ask } = await indexOf(
        article(1, 'Garantie', { locale: 'fr' }),
        article(2, 'Garantie'),
        article(3, 'Garantie'),
        article(3, 'Garantie', { locale: 'fr' }),
      );
      const { hits } = await ask('garantie', { locales: ['fr', 'en'] });
      expect(hits.map(({ number, locale, isFallback }) => [number, locale, isFallback])).toEqual([
        [1, 'fr', false],
        [3, 'fr', false],
        [2, 'en', true],
      ]);
    });

    it('answers page by page, each hit once', async () => {
      const { ask, numbers } = await indexOf(...Array.from({ length: 250 }, (_, i) => article(i * 5, 'Refunds')));
      expect((await ask('refunds')).total).toBe(250);
      const pages = [];
      for (let offset = 0; offset < 250; offset += 50) pages.push(...(await numbers('refunds', { offset, limit: 50 })));
      expect(pages).toEqual(Array.from({ length: 250 }, (_, i) => i * 5));
    });

    it('says how much of the query a document answers, comparably', async () => {
      const { ask } = await indexOf(article(1, 'Refunds'), article(2, 'Parcels'), article(3, 'Invoices'));
      const [whole] = (await ask('refunds')).hits;
      const [half] = (await ask('refunds zeppelin')).hits;
      expect(whole?.match).toBeGreaterThan(0.5);
      expect(half?.match).toBeLessThan((whole?.match ?? 0) / 2 + 0.01);
    });
  });

  describe('What a search shows', () => {
    const filler = 'Nothing of interest stands in this sentence. '.repeat(12);

    it('are the words found, marked in the title and in the block that answers best', async () => {
      const { ask } = await indexOf(
        article(1, 'The <b>refunds</b>', {
          blocks: [{ text: 'About the shop.' }, { text: 'An order is refunded in 30 days.' }],
        }),
        article(2, 'The parcels of the shop'),
      );
      const [hit] = (await ask('the order refund')).hits;
      const marked = (part?: { text: string; marks: readonly { start: number; end: number }[] }) =>
        part?.marks.map(({ start, end }) => part.text.slice(start, end));
      expect(marked(hit?.title)).toEqual(['refunds']);
      expect(hit?.snippet?.block).toBe(1);
      expect(marked(hit?.snippet)).toEqual(['order', 'refunded']);
    });

    it('is a passage of a long block, of whole words', async () => {
      const text = `${filler}An order is refunded in 30 days. ${filler}`;
      const { ask } = await indexOf(article(1, 'Shop', { blocks: [{ text }] }), article(2, 'Parcels'));
      const { snippet } = (await ask('refund order')).hits[0] ?? {};
      expect(snippet?.text).toContain('An order is refunded');
      expect(snippet?.text.length).toBeLessThanOrEqual(240);
      expect(` ${text} `).toMatch(new RegExp(`\\W${snippet?.text}\\W`));
    });

    it('never has marks that overlap', async () => {
      const { ask } = await indexOf(article(1, '払い戻しの方法', { locale: 'ja' }));
      const [hit] = (await ask('払い戻し', { locales: ['ja'] })).hits;
      expect(hit?.title.marks).toEqual([{ start: 0, end: 4 }]);
    });
  });

  describe('Completions', () => {
    it('complete the last word by words of the texts, the most frequent first', async () => {
      const { index } = await indexOf(article(1, 'Refund'), article(2, 'Refunds'), article(3, 'Refunds étudiants'));
      const complete = (text: string) => index.complete({ text, locale: 'en', audiences: ['public'] });
      expect(await complete('My ref')).toEqual(['My refunds', 'My refund']);
      expect(await complete('etu')).toEqual(['étudiants']);
      expect(await complete('My ref ')).toEqual([]);
      expect(await complete('')).toEqual([]);
    });
  });

  describe('A search takes', () => {
    const long = Array.from({ length: 300 }, (_, i) => `word${i}`).join(' ');
    it.each([
      ['', 0],
      ['   ', 0],
      ['!!! ??? …', 0],
      ['\u0000', 0],
      ['\ud800', 0],
      ["refund'; drop table posting; --", 1],
      ['refund.*(a|b)+$ [^\\', 1],
      ['refund%_\\', 1],
      ['refund\u0000', 1],
      ['refund возврат 払い戻し إرجاع', 1],
      [`refund ${long}`, 1],
      ['x'.repeat(maxQueryLength), 0],
    ])('%j', async (text, total) => {
      const { ask, index } = await indexOf(article(1, 'Refund'));
      expect((await ask(text, { asYouType: true })).total).toBe(total);
      await index.complete({ text, locale: 'en', audiences: ['public'] });
    });

    it('no more than its limits', async () => {
      const { ask, index } = await indexOf();
      await expect(ask('x'.repeat(maxQueryLength + 1))).rejects.toThrow('length of the text');
      await expect(ask('x', { limit: 101 })).rejects.toThrow('The limit is 101: give a whole number from 1 to 100.');
      await expect(ask('x', { offset: -1 })).rejects.toThrow('offset');
      await expect(index.complete({ text: 'x', locale: 'en', audiences: [], limit: 21 })).rejects.toThrow('limit');
    });
  });
}
