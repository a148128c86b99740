import { until } from '@guichet/testing';
import { TestForum } from '../../testing/test-forum.js';
import { claimDecider } from './claim.js';
import { handleIdOf } from './handle.js';
import { memberDecider } from './member.js';

let forum: TestForum;
let categoryId: string;
beforeAll(async () => {
  forum = await TestForum.start();
  categoryId = await forum.category();
}, 60_000);
afterAll(() => forum.stop());

const choose = (name: string, handle: string, more: object = {}, of = forum) =>
  of.call(name, '/me/handle', { method: 'POST', body: { handle, ...more } });
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

it('joins with a handle, and is seen by it', async () => {
  expect(await forum.code('anna', '/me')).toBe('404 not-a-member');
  const { body } = await choose('anna', 'Anna.K', { locale: 'pl' });
  expect(body).toMatchObject({ memberId: expect.any(String), handle: 'Anna.K' });
  const me = await forum.must('anna', '/me');
  expect(me).toMatchObject({
    ...{
      memberId: body['memberId'],
      handle: 'Anna.K',
      locale: 'pl',
      topics: 0,
      posts: 0,
      solved: 0,
      levelFallsAt: null,
    },
    standing: { level: 0, levelLocked: false, silencedUntil: null, suspended: false, suspendedUntil: null },
    limits: {
      linksPerPost: 2,
      imagesPerPost: 1,
      mentionsPerPost: 2,
      topicsPerDay: 3,
      postsPerDay: 10,
      votesPerDay: 10,
      flagsPerDay: 0,
    },
  });
  expect(await forum.must('reader', `/members/${String(body['memberId'])}`)).toMatchObject({
    handle: 'Anna.K',
    standing: null,
  });
  expect((await choose('anna', 'Anna.K')).status).toBe(200);
  expect(await forum.code('reader', '/me')).toMatch(/^403/);
});

it('is called by no name in the log', async () => {
  const { body } = await choose('secret', 'Very-Unusual-Handle');
  const { rows } = await forum.pool.query<{ data: string }>(
    'select data::text from event_log where tenant_id = $1 and stream_id = $2',
    [forum.tenantId, `member-${String(body['memberId'])}`],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]!.data).not.toMatch(/unusual/i);
});

it('counts what readers see of a member', async () => {
  await forum.join('olek', 2);
  const { memberId } = await forum.must('olek', '/me');
  const topicId = await forum.topic('olek', categoryId);
  await forum.join('bea', 2);
  const postId = await forum.post('bea', topicId);
  await forum.must('olek', `/posts/${postId}/acceptance`, { body: {} });
  expect(await forum.must('reader', `/members/${String(memberId)}`)).toMatchObject({ topics: 1, posts: 0, solved: 0 });
  const bea = (await forum.must('bea', '/me'))['memberId'];
  expect(await forum.must('reader', `/members/${String(bea)}`)).toMatchObject({ topics: 0, posts: 1, solved: 1 });
});

it('of all who ask for handles that look the same at the same moment, one gets it', async () => {
  const handles = ['paula', 'PAULA', 'Pauia', 'pau1a', 'p.aula', 'рaula'.replace('р', 'p'), 'Paúla', 'ｐaula'];
  const answers = await Promise.all(handles.map((handle, i) => choose(`rival${i}`, handle)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...handles.slice(1).map(() => 409)]);
  const refused = answers.filter(({ status }) => status === 409);
  expect(new Set(refused.map(({ body }) => body['code']))).toEqual(new Set(['handle-taken']));
  const got = answers.findIndex(({ status }) => status === 200);
  expect((await choose(`rival${got}`, handles[got]!)).status).toBe(200);
  const other = answers.findIndex(({ status }) => status === 409);
  expect(await forum.code(`rival${other}`, '/me')).toBe('404 not-a-member');
  expect(
    await forum.code(`rival${other}`, '/topics', { body: { categoryId, title: 'T', body: 'B', locale: 'en' } }),
  ).toBe('409 not-a-member');
});

it('gives up the handle it had, which is kept for it', async () => {
  const { events } = forum;
  const claim = async (handle: string) =>
    (await events.load(claimDecider, forum.tenantId, handleIdOf(forum.tenantId, handle))).state;
  const { body } = await choose('wanda', 'wanda');
  const memberId = String(body['memberId']);
  expect((await choose('wanda', 'wandas')).body['code']).toBe('handle-changed-lately');
  expect(await claim('wandas')).toEqual({ memberId: null, givenUpAt: null });
  expect((await choose('wanda', 'WANDA')).body).toMatchObject({ handle: 'WANDA' });
  // As if the month had gone by.
  const at = inDays(31);
  const context = { tenantId: forum.tenantId, actor: { kind: 'system' as const }, correlationId: 'test' };
  await events.transact(
    claimDecider,
    handleIdOf(forum.tenantId, 'wandas'),
    { type: 'TakeHandle', data: { memberId, at } },
    { context },
  );
  const named = { memberId, handle: 'wandas', handleId: handleIdOf(forum.tenantId, 'wandas'), at };
  await events.transact(memberDecider, memberId, { type: 'ChangeHandle', data: named }, { context });
  await until('the old claim is given up', async () => (await claim('wanda')).givenUpAt !== null);
  expect((await choose('nobody', 'wanda')).body['code']).toBe('handle-taken');
});

it.each([
  ['ab', 422, 'handle-malformed'],
  ['an\u200bna', 422, 'handle-hidden-characters'],
  ['\u202eanna', 400, 'invalid-request'],
  ['аnnа', 422, 'handle-mixed-alphabets'],
  ['m0derator', 422, 'handle-reserved'],
  ['an\u0000na', 400, 'malformed-body'],
  ['x'.repeat(101), 400, 'invalid-request'],
])('refuses the handle %j', async (handle, status, code) =>
  expect(await choose('zoe', handle)).toMatchObject({ status, body: { code } }),
);
it('lets those who work here say so', async () => expect((await choose('agent', 'support-anna')).status).toBe(200));

describe('moderators', () => {
  const write = (name: string) =>
    forum.code(name, '/topics', { body: { categoryId, title: 'T', body: 'B', locale: 'en' } });
  it('silence, suspend and release members', async () => {
    const memberId = await forum.join('loud', 2);
    const on = (path: string, body: object = {}) =>
      forum.must('moderator', `/members/${memberId}/${path}`, { method: 'POST', body });
    const until = inDays(7);
    await on('silence', { until, reason: 'Insults.' });
    expect(await write('loud')).toBe('409 silenced');
    expect((await forum.must('loud', '/me'))['standing']).toMatchObject({ silencedUntil: until });
    await on('suspension', {});
    expect(await write('loud')).toBe('409 suspended');
    expect(await forum.must('moderator', `/members/${memberId}`)).toMatchObject({
      standing: { suspended: true, suspendedUntil: null },
    });
    await on('release');
    expect(await write('loud')).toBe('201 undefined');
  });
  it('give a level, and let figures change it again', async () => {
    const memberId = await forum.join('trusty', 1);
    await forum.must('moderator', `/members/${memberId}/level`, { method: 'PUT', body: { level: 4 } });
    expect((await forum.must('trusty', '/me'))['standing']).toMatchObject({ level: 4, levelLocked: true });
    await forum.must('moderator', `/members/${memberId}/level`, { method: 'DELETE' });
    expect((await forum.must('trusty', '/me'))['standing']).toMatchObject({ level: 4, levelLocked: false });
  });
  it('are refused what makes no sense, and others everything', async () => {
    const memberId = await forum.join('calm', 2);
    const own = await forum.join('moderator', 2);
    const silence = (of: string, until: string) => ({
      method: 'POST',
      path: `/members/${of}/silence`,
      body: { until },
    });
    const code = async (name: string, { path, ...request }: { method: string; path: string; body: object }) =>
      forum.code(name, path, request);
    expect(await code('moderator', silence(memberId, inDays(-1)))).toBe('422 until-in-the-past');
    expect(await code('moderator', silence(memberId, inDays(366)))).toBe('422 silence-too-long');
    expect(await code('moderator', silence(own, inDays(1)))).toBe('409 own-membership');
    expect(await code('moderator', silence('0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001', inDays(1)))).toBe(
      '404 unknown-member',
    );
    expect(await code('calm', silence(own, inDays(1)))).toMatch(/^403/);
    expect(await code('agent', silence(own, inDays(1)))).toMatch(/^403/);
  });
});

describe('reading', () => {
  const mark = (name: string, marks: object[], of = forum) =>
    of.call(name, '/read-marks', { method: 'PUT', body: { marks } });
  const marksOf = async (memberId: string) =>
    (await forum.pool.query('select posts, seconds from read_mark where member_id = $1', [memberId])).rows;

  it('opens the next level once it is enough, and the level says why', async () => {
    const topicId = await forum.topic('agent', categoryId);
    const { body } = await choose('ruth', 'ruth');
    const memberId = String(body['memberId']);
    // Four topics that they read before, of 29 posts, for nine minutes and fifty seconds.
    await forum.pool.query(
      `insert into read_mark select $1, $2, gen_random_uuid(), posts, seconds, now()
       from (values (20, 500), (5, 50), (3, 30), (1, 10)) as before (posts, seconds)`,
      [forum.tenantId, memberId],
    );
    expect((await mark('ruth', [{ topicId, posts: 1, seconds: 9 }])).status).toBe(200);
    expect((await forum.must('ruth', '/me'))['standing']).toMatchObject({ level: 0 });
    await forum.pool.query(
      `update last_visit set read_at = read_at - interval '11 minutes', assessed_at = assessed_at - interval '11 minutes'
       where member_id = $1`,
      [memberId],
    );
    expect((await mark('ruth', [{ topicId, posts: 1, seconds: 1 }])).status).toBe(200);
    await until(
      'the level',
      async () => ((await forum.must('ruth', '/me'))['standing'] as { level: number }).level === 1,
    );
    const stored = await forum.events.readStream(forum.tenantId, `member-${memberId}`);
    expect(stored.at(-1)).toMatchObject({
      type: 'TrustLevelChanged',
      data: {
        from: 0,
        to: 1,
        because: { topicsRead: 5, postsRead: 30, secondsRead: 600, daysVisited: 1, votesGiven: 0 },
      },
    });
  });
  it('is believed as far as it can be', async () => {
    await forum.join('admin', 2);
    const topicId = await forum.topic('admin', categoryId);
    const secret = await forum.topic('admin', await forum.category({ audience: 'agents' }));
    const { body } = await choose('fast', 'fast');
    const memberId = String(body['memberId']);
    const far = { posts: 500, seconds: 600 };
    await mark('fast', [
      { topicId, ...far },
      { topicId: secret, ...far },
      { topicId: '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001', ...far },
    ]);
    expect(await marksOf(memberId)).toEqual([{ posts: 1, seconds: 200 }]);
    await mark('fast', [{ topicId, ...far }]);
    const [{ seconds }] = (await marksOf(memberId)) as [{ seconds: number }];
    expect(seconds).toBeLessThan(260);
    expect(await mark('stranger', [{ topicId, ...far }])).toMatchObject({
      status: 409,
      body: { code: 'not-a-member' },
    });
    expect(await mark('fast', [])).toMatchObject({ status: 400 });
    expect(await mark('fast', [{ topicId, posts: 1, seconds: 601 }])).toMatchObject({ status: 400 });
  });
});

it('is of one tenant', async () => {
  const memberId = await forum.join('lena', 1);
  const elsewhere = forum.elsewhere();
  expect(await elsewhere.code('moderator', `/members/${memberId}`)).toBe('404 unknown-member');
  expect(await elsewhere.code('lena', '/me')).toBe('404 not-a-member');
  expect((await choose('other', 'lena', {}, elsewhere)).status).toBe(200);
});
