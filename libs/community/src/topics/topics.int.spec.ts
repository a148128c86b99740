import { TestForum } from '../../testing/test-forum.js';

let forum: TestForum;
let categoryId: string;
beforeAll(async () => {
  forum = await TestForum.start();
  categoryId = await forum.category();
  for (const name of ['ada', 'ben', 'cleo']) await forum.join(name, 2);
  await forum.join('agent', 2);
}, 60_000);
afterAll(() => forum.stop());

type Items = { readonly items: readonly Record<string, unknown>[]; readonly nextCursor: string | null };
const list = async (query = '', name = 'reader', of = forum) =>
  (await of.must(name, `/topics?category=${categoryId}${query}`)) as unknown as Items;
const titles = async (query = '', name = 'reader', of = forum) =>
  (await list(query, name, of)).items.map(({ title }) => title);

it('shows a topic that somebody began, by its id and its number', async () => {
  const body = { categoryId, title: 'First of all', body: 'What now?', locale: 'en' };
  const { topicId, number, state } = await forum.must('ada', '/topics', { body });
  expect(state).toBe('visible');
  expect(await titles()).toContain('First of all');
  for (const ref of [topicId, number]) {
    const found = await forum.must('reader', `/topics/${String(ref)}`);
    expect(found).toMatchObject({ topicId, number, title: 'First of all', posts: 1, solved: false, mergedInto: null });
  }
  const { items } = (await forum.must('reader', `/topics/${String(topicId)}/posts`)) as unknown as Items;
  expect(items).toMatchObject([{ postId: topicId, body: 'What now?', votes: 0, voted: false, official: false }]);
});
