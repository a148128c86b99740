import { describeSearches } from '../../testing/search-cases.js';
import { TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
beforeAll(async () => {
  kb = await TestKnowledge.start();
}, 60_000);
afterAll(() => kb.stop());

describe('Search in PostgreSQL', () =>
  describeSearches(
    async () => kb,
    async () => undefined,
  ));

it('is refused a text that takes too long to show, and goes on', async () => {
  const { articleId } = await kb.article();
  const save = (body: string) =>
    kb.call('author', `/articles/${articleId}/texts/en/draft`, { method: 'PUT', body: { title: 'T', body } });
  expect(await save('>'.repeat(10_000))).toMatchObject({ status: 422, body: { code: 'nested-too-deep' } });
  expect(await save('---\n'.repeat(2_001))).toMatchObject({ status: 422, body: { code: 'too-many-blocks' } });
  expect(await save('*a_ '.repeat(12_000))).toMatchObject({ status: 422, body: { code: 'render-too-slow' } });
  expect((await save('Short.')).status).toBe(200);
}, 30_000);
