/** What is asked of an instant equals what the system answered at that instant. */
import { setTimeout as pause } from 'node:timers/promises';
import { ProjectionAdmin } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { effort, until } from '@guichet/testing';
import { type Answer, TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

const asked = ['en', 'fr-CA', 'pl', 'de'];
const words = ['alpha', 'bravo', 'charlie', 'delta'];

type Step =
  | { readonly type: 'publish'; readonly locale: string; readonly word: string; readonly significance: string }
  | { readonly type: 'save' | 'withdraw'; readonly locale: string }
  | { readonly type: 'archive' | 'reinstate' | 'confirm' }
  | { readonly type: 'move'; readonly isIn: boolean }
  | { readonly type: 'audience' | 'categoryAudience'; readonly audience: string }
  | { readonly type: 'languages'; readonly then: string };
const locale = fc.constantFrom('en', 'fr', 'pl');
const audience = fc.constantFrom('public', 'signed-in', 'agents');
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ type: fc.constant('publish' as const), locale, word: fc.constantFrom(...words) },
      significance: fc.constantFrom('minor', 'update', 'major'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('save' as const), locale }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('withdraw' as const), locale }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('archive', 'reinstate', 'confirm' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('move' as const), isIn: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('audience', 'categoryAudience' as const), audience }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('languages' as const), then: fc.constantFrom('fr', 'pl') }) },
);

/** One article of a tenant, with what the system answered of it at each instant that was looked at. */
class Watched {
  readonly seen: { readonly at: string; readonly answers: readonly Pick<Answer, 'status' | 'body'>[] }[] = [];
  private source = 0;

  private constructor(
    private readonly own: TestKnowledge,
    private readonly articleId: string,
    private readonly categoryId: string,
  ) {}

  /** Published in two languages, and in a category: nearly every step then changes what is answered. */
  static async begin(): Promise<Watched> {
    const own = kb.elsewhere();
    const { categoryId } = await own.must('editor', '/categories', { body: { name: 'Payments', locale: 'en' } });
    const { articleId } = await own.article({ categoryId });
    const watched = new Watched(own, articleId, String(categoryId));
    await watched.look();
    for (const one of ['en', 'fr'])
      await watched.take({ type: 'publish', locale: one, word: 'alpha', significance: 'update' });
    await watched.look();
    return watched;
  }

  /** Refusals are steps that change nothing. */
  async take(step: Step): Promise<void> {
    const at = (path: string) => `/articles/${this.articleId}${path}`;
    const put = { method: 'PUT' } as const;
    switch (step.type) {
      case 'publish': {
        const { revision } = await this.save(step.locale, `${step.word} `.repeat(6), step.word);
        const { significance } = step;
        const { status } = await this.own.call('editor', at(`/texts/${step.locale}/publications`), {
          body: { revision, significance },
        });
        if (status === 200 && step.locale === 'en') this.source = Number(revision);
        return;
      }
      case 'save':
        return void (await this.save(step.locale, 'A draft.', 'Draft'));
      case 'withdraw':
        return void (await this.own.call('editor', at(`/texts/${step.locale}/publication`), { method: 'DELETE' }));
      case 'archive':
        return void (await this.own.call('editor', at('/archive'), { body: {} }));
      case 'reinstate':
        return void (await this.own.call('editor', at('/reinstate'), { method: 'POST' }));
      case 'confirm': {
        const body = { sourceRevision: Math.max(1, this.source) };
        return void (await this.own.call('editor', at('/texts/fr/confirmations'), { body }));
      }
      case 'move': {
        const body = { categoryId: step.isIn ? this.categoryId : null };
        return void (await this.own.call('editor', at('/category'), { ...put, body }));
      }
      case 'audience':
        return void (await this.own.call('editor', at('/audience'), { ...put, body: { audience: step.audience } }));
      case 'categoryAudience': {
        const body = { audience: step.audience };
        return void (await this.own.call('editor', `/categories/${this.categoryId}/audience`, { ...put, body }));
      }
      case 'languages': {
        const languages = { source: 'en', locales: ['en', 'fr', 'pl', 'de'] };
        const body = { ...languages, fallbacks: [{ locale: 'de', then: [step.then] }] };
        return void (await this.own.call('editor', '/library/languages', { ...put, body }));
      }
    }
  }

  private async save(locale: string, body: string, title: string): Promise<Answer['body']> {
    const draft = await this.own.call('editor', `/articles/${this.articleId}/texts/${locale}/draft`);
    const version = draft.status === 200 ? { 'if-match': `"${String(draft.body['version'])}"` } : undefined;
    const request = { method: 'PUT', body: { title, body }, ...(version && { headers: version }) };
    return (await this.own.call('editor', `/articles/${this.articleId}/texts/${locale}/draft`, request)).body;
  }

  /** Once all that follows from what has happened has happened too. */
  async look(): Promise<void> {
    await this.settled();
    await pause(2);
    const at = new Date().toISOString();
    await pause(2);
    this.seen.push({ at, answers: await this.answers() });
  }

  /** What translations lack is counted after the fact. */
  private async settled(): Promise<void> {
    const admin = kb.host.host.app.get(ProjectionAdmin, { strict: false });
    await until('all to be counted', async () => (await admin.lags()).every(({ events }) => events === 0));
  }

  async answers(asOf?: string): Promise<readonly Pick<Answer, 'status' | 'body'>[]> {
    const query = (one: string) => `?locale=${one}${asOf === undefined ? '' : `&asOf=${asOf}`}`;
    const found = asked.map((one) => this.own.call('agent', `/articles/${this.articleId}${query(one)}`));
    return (await Promise.all(found)).map(({ status, body }) =>
      status === 200 ? { status, body } : { status, body: {} },
    );
  }
}

it('answers of any instant what the system answered then', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 8 }), async (steps) => {
      const watched = await Watched.begin();
      for (const step of steps) {
        await watched.take(step);
        await watched.look();
      }
      for (const { at, answers } of watched.seen) expect(await watched.answers(at)).toEqual(answers);
    }),
    { numRuns: effort(5, 40) },
  );
}, 300_000);

it('counts what happened at the very instant', async () => {
  const own = kb.elsewhere();
  const { articleId } = await own.article();
  await own.publish(articleId, 'en', { title: 'Refunds', body: 'Write to us.' });
  const path = `/articles/${articleId}?locale=en`;
  const { publishedAt } = await own.must('agent', path);
  expect(await own.call('agent', `${path}&asOf=${String(publishedAt)}`)).toMatchObject({ status: 200 });
  const before = new Date(Date.parse(String(publishedAt)) - 1).toISOString();
  expect(await own.call('agent', `${path}&asOf=${before}`)).toMatchObject({ status: 404 });
});
