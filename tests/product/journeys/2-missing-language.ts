import type { Journey } from './journey.js';
import type { KnowledgeBase } from './knowledge-base.js';

interface Shown {
  readonly requestedLocale: string;
  readonly locale: string;
  readonly fallback: boolean;
  readonly title: string;
  readonly slug: string;
  readonly alternates: readonly { readonly locale: string }[];
}

/** Who reads, what they are shown by then, whether it is another language than theirs. */
const expected: readonly (readonly [asked: string, locale: string, isFallback: boolean])[] = [
  ['en', 'en', false],
  ['fr', 'fr', false],
  ['fr-CA', 'fr', true],
  ['pl', 'fr', true],
  ['de', 'en', true],
  ['ja-JP', 'en', true],
];

/** The next language of the chain is shown, and said; no reader meets a 404. */
export const journey: Journey = {
  title: 'open an article that lacks their language',
  async run(kb) {
    const languages = { source: 'en', locales: ['en', 'fr', 'pl', 'de'], fallbacks: [{ locale: 'pl', then: ['fr'] }] };
    await kb.send('editor', 'PUT', '/library/languages', languages);
    const { articleId, number } = await kb.begin();
    await kb.publish(articleId, 'en', { title: 'Get a refund', body: 'Ask us within 14 days.' });
    await kb.publish(articleId, 'fr', { title: 'Obtenir un remboursement', body: 'Demandez-le sous 14 jours.' });
    const path = '/fr/a/help/remboursement';
    await kb.send('editor', 'POST', `/articles/${articleId}/addresses`, { path, locale: 'fr' });

    const shownTo = (locale: string) => kb.get<Shown>('reader', `/articles/${number}`, { locale });
    for (const [asked, locale, fallback] of expected) {
      const shown = await shownTo(asked);
      expect(shown).toMatchObject({ requestedLocale: asked, locale, fallback });
      expect(shown.alternates.map((one) => one.locale)).toEqual(['en', 'fr']);
      expect(await hitFor(kb, asked, locale === 'fr' ? 'remboursement' : 'refund')).toEqual({ locale, fallback });
    }
    expect(await kb.get('reader', '/addresses', { path })).toMatchObject({ articleId, locale: 'fr' });

    // Languages come and go: the reader is shown what there is.
    await kb.delete('editor', `/articles/${articleId}/texts/fr/publication`);
    for (const [asked] of expected)
      expect(await shownTo(asked)).toMatchObject({ requestedLocale: asked, locale: 'en', fallback: asked !== 'en' });
    expect(await kb.get('reader', '/addresses', { path })).toMatchObject({ articleId, locale: 'en' });
    await kb.publish(articleId, 'pl', { title: 'Zwrot pieniędzy', body: 'Poproś w ciągu 14 dni.' });
    expect(await shownTo('pl')).toMatchObject({ locale: 'pl', fallback: false, title: 'Zwrot pieniędzy' });
    return { languages: expected.length, notFound: 0 };
  },
};

async function hitFor(kb: KnowledgeBase, locale: string, q: string): Promise<object | undefined> {
  const { items } = await kb.get<{ items: Pick<Shown, 'locale' | 'fallback'>[] }>('reader', '/search', { q, locale });
  const [hit] = items;
  return hit && { locale: hit.locale, fallback: hit.fallback };
}
