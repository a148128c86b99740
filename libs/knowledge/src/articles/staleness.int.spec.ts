import { until } from '@guichet/testing';
import { TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const body = (second: string) => `# Refunds\n\n${second}\n\nWrite to us, and say what you have bought.`;
const before = 'You may return what you have bought within fourteen days.';
const after = 'You may return what you have bought within thirty days.';
const french = '# Remboursements\n\nVous pouvez rendre un achat sous quatorze jours.\n\nÉcrivez-nous.';
const text = (markdown: string) => ({ title: 'Refunds', body: markdown });

interface Scene {
  readonly kb: TestKnowledge;
  readonly articleId: string;
  readonly number: number;
  /** Publishes the source anew. */
  readonly edit: (markdown: string, significance: 'minor' | 'update' | 'major', release?: boolean) => Promise<void>;
  /** What is to be translated into French. */
  readonly work: (state?: string) => Promise<Record<string, unknown>[]>;
  readonly stale: () => Promise<unknown>;
}

/** An article in English and French, of a tenant of its own. */
async function scene(): Promise<Scene> {
  const own = kb.elsewhere();
  const { articleId, number } = await own.article();
  let version = await own.publish(articleId, 'en', text(body(before)));
  await own.publish(articleId, 'fr', { ...text(french), title: 'Remboursements' });
  return {
    ...{ kb: own, articleId, number },
    edit: async (markdown, significance, release = true) => {
      version = await own.save(articleId, 'en', text(markdown), version);
      const { revision } = await own.must('author', `/articles/${articleId}/texts/en/draft`);
      const publication = { revision, significance, release };
      const path = `/articles/${articleId}/texts/en/publications`;
      version = Number((await own.must('editor', path, { body: publication }))['version']);
    },
    work: async (state = 'outdated') =>
      (await own.must('translator', `/work/translations?locale=fr&state=${state}`))['items'] as Record<
        string,
        unknown
      >[],
    stale: async () => (await own.must('reader', `/articles/${number}?locale=fr`))['stale'],
  };
}

it('a minor edit outdates no translation; a real one says which block, and how many words', async () => {
  const { kb: own, articleId, number, edit, work, stale } = await scene();
  await edit(body(`${before} Really.`), 'minor');
  await edit(body(after), 'update');
  await until('the translation to be outdated', async () => (await work()).length > 0);
  const lack = { changedBlocks: 1, changedWords: expect.any(Number) as number, significance: 'update' };
  expect(await work()).toEqual([
    expect.objectContaining({
      articleId,
      number,
      locale: 'fr',
      sourceRevision: 3,
      title: 'Refunds',
      draft: null,
      ...lack,
    }),
  ]);
  expect(await stale()).toMatchObject({ ...lack, sourceRevision: 3 });
  expect((await own.must('reader', `/articles/${number}?locale=en`))['stale']).toBeNull();

  const beside = await own.must('translator', `/articles/${articleId}/texts/fr/side-by-side`);
  expect(beside).toMatchObject({ follows: 1, sourceRevision: 3, revision: 1, changedBlocks: 1, ofBlocks: 3 });
  const rows = beside['rows'] as { outdated: boolean; source: { op: string }; translation: { markdown: string }[] }[];
  expect(rows.map(({ outdated, source }) => [source.op, outdated])).toEqual([
    ['same', false],
    ['changed', true],
    ['same', false],
  ]);
  expect(rows[1]?.translation).toMatchObject([{ markdown: 'Vous pouvez rendre un achat sous quatorze jours.' }]);

  const diff = await own.must('author', `/articles/${articleId}/texts/en/diff?from=1&to=3`);
  expect(diff['blocks']).toMatchObject([{ op: 'same' }, { op: 'changed' }, { op: 'same' }]);
  expect(JSON.stringify(diff['blocks'])).toContain('{"op":"added","text":"thirty"}');
  const missing = await own.call('author', `/articles/${articleId}/texts/en/diff?from=1&to=9`);
  expect(missing).toMatchObject({ status: 404, body: { code: 'unknown-revision' } });
});

it('five edits before a release are one notice, and a confirmation ends it', async () => {
  const { kb: own, articleId, edit, work, stale } = await scene();
  for (const days of ['20', '21', '22', '23', '30']) await edit(body(`${before} Or ${days}.`), 'major', false);
  expect(await work()).toEqual([]);
  await own.must('editor', `/articles/${articleId}/texts/en/releases`, { body: { revision: 6 } });
  await until('the translation to be outdated', async () => (await work()).length > 0);
  expect(await work()).toMatchObject([{ sourceRevision: 6, changedBlocks: 1, significance: 'major' }]);
  const confirm = { body: { sourceRevision: 6 } };
  await own.must('author', `/articles/${articleId}/texts/fr/confirmations`, confirm);
  expect(await work()).toEqual([]);
  expect(await stale()).toBeNull();
});

it('an edit that is taken back outdates nothing any more', async () => {
  const { edit, work } = await scene();
  await edit(body(after), 'update');
  await until('the translation to be outdated', async () => (await work()).length > 0);
  await edit(body(before), 'update');
  await until('the translation to be current', async () => (await work()).length === 0);
});

it('what is missing in a language is listed by number, with what somebody has begun', async () => {
  const { kb: own, work } = await scene();
  const [begun, untouched, unpublished] = [await own.article(), await own.article(), await own.article()];
  for (const { articleId } of [begun, untouched]) await own.publish(articleId, 'en', text(body(before)));
  await own.save(unpublished.articleId, 'en', text(body(before)));
  await own.save(begun.articleId, 'fr', text(french));
  expect(await work('missing')).toMatchObject([
    { ...begun, locale: 'fr', draft: 1, changedWords: null },
    { ...untouched, draft: null },
  ]);
});

it('the source stands beside nothing, and what is not there beside nothing either', async () => {
  const { kb: own, articleId } = await scene();
  const beside = async (locale: string) => {
    const { status, body: answer } = await own.call('author', `/articles/${articleId}/texts/${locale}/side-by-side`);
    return [status, answer['code']];
  };
  expect(await beside('en')).toEqual([409, 'not-a-translation']);
  expect(await beside('pl')).toEqual([404, 'unknown-text']);
});
