import { until } from '@guichet/testing';
import type { Journey } from './journey.js';
import type { KnowledgeBase } from './knowledge-base.js';

const locales = ['fr', 'pl'];
const before = 'You may retrun what you bought within 14 days.\n\nWrite to us.';
const corrected = 'You may return what you bought within 14 days.\n\nWrite to us.';
const changed = 'You may return what you bought within 30 days.\n\nWrite to us.';

/** A typo is corrected: no translator has anything to do. */
export const journey: Journey = {
  title: 'correct a typo without work for translators',
  async run(kb) {
    const [corrections, control] = [await inThreeLanguages(kb), await inThreeLanguages(kb)];
    const { version } = corrections;
    await kb.publish(
      corrections.articleId,
      'en',
      { title: 'Returns', body: corrected },
      {
        ...{ version, significance: 'minor' },
      },
    );
    expect(await kb.get('reader', `/articles/${corrections.number}`, { locale: 'en' })).toMatchObject({
      body: corrected,
    });
    // What comes later is counted later: once the other article is outdated, so would be this one.
    const edit = { version: control.version, significance: 'update' } as const;
    await kb.publish(control.articleId, 'en', { title: 'Returns', body: changed }, edit);
    for (const locale of locales)
      await until(`the ${locale} text to be outdated`, async () => (await outdated(kb, locale)).length > 0, 60_000);
    const lists = await Promise.all(locales.map((locale) => outdated(kb, locale)));
    expect(lists).toEqual(locales.map(() => [control.number]));
    for (const locale of locales)
      expect(await kb.get('reader', `/articles/${corrections.number}`, { locale })).toMatchObject({ stale: null });
    return { outdated: lists.flat().filter((number) => number === corrections.number).length };
  },
};

interface Translated {
  readonly articleId: string;
  readonly number: number;
  /** Of the source. */
  readonly version: number;
}

async function inThreeLanguages(kb: KnowledgeBase): Promise<Translated> {
  const { articleId, number } = await kb.begin();
  const { version } = await kb.publish(articleId, 'en', { title: 'Returns', body: before });
  await kb.publish(articleId, 'fr', { title: 'Retours', body: 'Vous avez 14 jours.\n\nÉcrivez-nous.' });
  await kb.publish(articleId, 'pl', { title: 'Zwroty', body: 'Masz 14 dni.\n\nNapisz do nas.' });
  return { articleId, number, version };
}

async function outdated(kb: KnowledgeBase, locale: string): Promise<number[]> {
  const { items } = await kb.get<{ items: { number: number }[] }>('editor', '/work/translations', { locale });
  return items.map(({ number }) => number);
}
