import { TestKnowledge } from '../../testing/test-knowledge.js';

let kb: TestKnowledge;
let password: { articleId: string; number: number };
let secret: { articleId: string; number: number };
beforeAll(async () => {
  kb = await TestKnowledge.start();
  password = await kb.article();
  await kb.publish(password.articleId, 'en', { title: 'Change your password', body: 'Open the settings.' });
  secret = await kb.article({ audience: 'agents' });
  await kb.publish(secret.articleId, 'en', { title: 'Reset for a caller', body: 'Ask who they are.' });
  const other = await kb.article();
  await kb.publish(other.articleId, 'en', { title: 'Settings of the account', body: 'All settings, one by one.' });
}, 60_000);
afterAll(() => kb.stop());

const found = async (query: string, role: 'reader' | 'agent' = 'reader', of = kb) => {
  const { items } = await of.must(role, `/search?locale=en&q=${encodeURIComponent(query)}`);
  return (items as { number: number }[]).map(({ number }) => number);
};
const set = (path: string, body: object, role: 'editor' | 'author' = 'editor') =>
  kb.call(role, `/library/${path}`, { method: 'PUT', body });

it('finds what has a synonym of the word', async () => {
  expect(await found('passphrase')).toEqual([]);
  const synonyms = { locale: 'en', groups: [{ phrases: ['passphrase', 'password'] }] };
  expect((await set('synonyms', synonyms)).status).toBe(200);
  expect(await found('passphrase')).toEqual([password.number]);
  expect(await kb.must('reader', '/search?locale=en&q=passphrase')).toMatchObject({ corrected: null });
  expect(await kb.must('editor', '/library/search-settings?locale=en')).toMatchObject({ synonyms: synonyms.groups });
  expect(await kb.must('editor', '/library/search-settings?locale=fr')).toMatchObject({ synonyms: [], pins: [] });
  await set('synonyms', { locale: 'en', groups: [] });
  expect(await found('passphrase')).toEqual([]);
});

it('shows pinned articles first, to those who may read them, until they are free again', async () => {
  expect((await found('settings'))[0]).not.toBe(password.number);
  const pin = { locale: 'en', query: 'Setting?', articleIds: [secret.articleId, password.articleId] };
  expect((await set('pins', pin)).status).toBe(200);
  expect((await found('settings'))[0]).toBe(password.number);
  expect((await found('settings', 'agent')).slice(0, 2)).toEqual([secret.number, password.number]);
  expect(await kb.must('editor', '/library/search-settings?locale=en')).toMatchObject({
    pins: [{ query: 'Setting?', articleIds: pin.articleIds }],
  });
  await set('pins', { ...pin, articleIds: [] });
  expect((await found('settings'))[0]).not.toBe(password.number);
});

it('refuses what means nothing, and whoever may not', async () => {
  const { articleId } = password;
  const refused = async (path: string, body: object) => {
    const answer = await set(path, body);
    return [answer.status, answer.body['code']];
  };
  const pin = { locale: 'en', query: 'x', articleIds: [articleId] };
  expect(await refused('pins', { ...pin, locale: 'de' })).toEqual([422, 'unknown-locale']);
  expect(await refused('pins', { ...pin, query: '?' })).toEqual([422, 'no-words']);
  expect(await refused('pins', { ...pin, articleIds: [kb.tenantId] })).toEqual([422, 'unknown-article']);
  expect(await refused('synonyms', { locale: 'de', groups: [] })).toEqual([422, 'unknown-locale']);
  expect(await refused('synonyms', { locale: 'en', groups: [{ phrases: ['a', '!'] }] })).toEqual([422, 'no-words']);
  expect((await set('synonyms', { locale: 'en', groups: [{ phrases: ['a'] }] })).status).toBe(400);
  expect((await set('pins', pin, 'author')).status).toBe(403);
  const other = kb.elsewhere();
  expect((await other.call('editor', '/library/pins', { method: 'PUT', body: pin })).status).toBe(422);
  expect(await found('settings', 'reader', other)).toEqual([]);
});
