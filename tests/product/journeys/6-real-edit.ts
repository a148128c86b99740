import { until } from '@guichet/testing';
import type { Journey } from './journey.js';
import { type KnowledgeBase, refusalOf } from './knowledge-base.js';

const source = [
  '# Returns',
  'You may return what you have bought within fourteen days.',
  'Write to us, and say what you have bought.',
  'We pay the money back to the card that you paid with.',
  'Our shops take returns too.',
];
const edited = [
  '# Returns',
  'You may return what you have bought within thirty days.',
  'Write to us, and say what you have bought.',
  'We pay the money back to the card that you paid with.',
  'A parcel that is on its way can be stopped by the carrier.',
];
const translations: Readonly<Record<string, readonly string[]>> = {
  fr: ['# Retours', 'Vous avez quatorze jours.', 'Écrivez-nous.', 'Nous remboursons la carte.', 'En magasin aussi.'],
  pl: ['# Zwroty', 'Masz czternaście dni.', 'Napisz do nas.', 'Zwracamy na kartę.', 'W sklepach też.'],
};

interface Row {
  readonly source: { readonly op: string; readonly text?: string; readonly words?: readonly Word[] } | null;
  readonly outdated: boolean;
  readonly translation: readonly { readonly markdown: string }[];
}
interface Word {
  readonly op: 'same' | 'added' | 'removed';
  readonly text: string;
}
interface Beside {
  readonly changedBlocks: number;
  readonly ofBlocks: number;
  readonly changedWords: number;
  readonly rows: readonly Row[];
}

/** The source changes: each translator sees the changed blocks, word by word, beside their own, and no others. */
export const journey: Journey = {
  title: 'change an article, and show translators exactly what changed',
  async run(kb) {
    const { articleId } = await kb.begin();
    const { version } = await kb.publish(articleId, 'en', textOf(source));
    const versions = new Map<string, number>();
    for (const [locale, blocks] of Object.entries(translations))
      versions.set(locale, (await kb.publish(articleId, locale, textOf(blocks))).version);
    const translator = { personId: await kb.idOf('translator'), locales: Object.keys(translations) };
    await kb.send('editor', 'PUT', '/library/translators', translator);

    const edit = await kb.publish(articleId, 'en', textOf(edited), { version, significance: 'update' });
    const measures: string[] = [];
    for (const [locale, blocks] of Object.entries(translations)) {
      await until(`the ${locale} text to be outdated`, () => isOutdated(kb, articleId, locale), 60_000);
      const beside = await kb.get<Beside>('translator', `/articles/${articleId}/texts/${locale}/side-by-side`);
      expect(shownOf(beside)).toEqual([
        { changed: ['-fourteen', '+thirty'], beside: [blocks[1]] },
        { removed: source[4], beside: [blocks[4]] },
        { added: edited[4], beside: [] },
      ]);
      // All else is there, as it was, and nothing of it is marked.
      const rest = beside.rows.filter((row) => !row.outdated);
      expect(
        rest.map((row) => [row.source?.op, row.source?.text, row.translation.map(({ markdown }) => markdown)]),
      ).toEqual([0, 2, 3].map((place) => ['same', source[place], [blocks[place]]]));
      measures.push(`${locale}: ${beside.changedBlocks} of ${beside.ofBlocks} blocks, ${beside.changedWords} words`);

      await followed(kb, articleId, locale, edit.revision);
    }
    const elsewhere = kb.send('translator', 'PUT', `/articles/${articleId}/texts/en/draft`, textOf(source));
    expect(await refusalOf(elsewhere)).toMatchObject({ status: 403, code: 'not-your-language' });
    return { changed: measures };
  },
};

const textOf = (blocks: readonly string[]) => ({ title: 'Returns', body: blocks.join('\n\n') });

/** What the translator has to look at. */
const shownOf = ({ rows }: Beside) =>
  rows
    .filter(({ outdated }) => outdated)
    .map(({ source: block, translation }) => {
      const beside = translation.map(({ markdown }) => markdown);
      const words = block?.words?.filter(({ op }) => op !== 'same');
      const said = words?.map(({ op, text }) => `${op === 'added' ? '+' : '-'}${text.trim()}`);
      return { [block?.op ?? 'none']: said ?? block?.text, beside };
    });

const isOutdated = async (kb: KnowledgeBase, articleId: string, locale: string): Promise<boolean> =>
  (await workIn(kb, locale)).includes(articleId);

async function workIn(kb: KnowledgeBase, locale: string): Promise<string[]> {
  const { items } = await kb.get<{ items: { articleId: string }[] }>('translator', '/work/translations', { locale });
  return items.map((item) => item.articleId);
}

/** The translator follows the revision: nothing is left to do. */
async function followed(kb: KnowledgeBase, articleId: string, locale: string, revision: number): Promise<void> {
  const { version } = await kb.get<{ version: number }>('translator', `/articles/${articleId}/texts/${locale}/draft`);
  const blocks = translations[locale] ?? [];
  const text = { ...textOf([...blocks.slice(0, 4), `${blocks[4]} +`]), follows: revision };
  await kb.publish(articleId, locale, text, { version });
  expect(await workIn(kb, locale)).toEqual([]);
}
