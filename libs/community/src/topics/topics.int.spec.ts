import { until } from '@guichet/testing';
import { LogReader } from '@guichet/event-sourcing';
import { validatePublicEvent } from '@guichet/contracts';
import { toPublicEvent } from '../community.publisher.js';
import { topicDecider } from '../topic/decide.js';
import { TestForum } from '../../testing/test-forum.js';
import { voteDecider, voteStreamId } from '../vote/vote.js';

const people = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal', 'ivy'];
const members: Record<string, string> = {};
let forum: TestForum;
let help: string;
beforeAll(async () => {
  forum = await TestForum.start();
  help = await forum.category();
  for (const name of people) members[name] = await forum.join(name);
  members['agent'] = await forum.join('agent');
}, 60_000);
afterAll(() => forum.stop());

type Item = Readonly<Record<string, unknown>>;
type Items = { readonly items: readonly Item[]; readonly nextCursor: string | null; readonly total?: number };
const get = async (path: string, name = 'reader', of = forum) => (await of.must(name, path)) as unknown as Items;
const list = (query = '', name = 'reader') => get(`/topics?category=${help}${query}`, name);
const titles = async (query = '', name = 'reader') => (await list(query, name)).items.map(({ title }) => title);
const posts = async (topicId: string, name = 'reader') =>
  (await get(`/topics/${topicId}/posts`, name)).items.map(({ postId }) => postId);
const topic = (topicId: string, name = 'reader') => forum.must(name, `/topics/${topicId}`);
const found = async (q: string, name = 'reader') =>
  (await get(`/search?q=${encodeURIComponent(q)}&locale=en`, name)).items.map(({ topicId }) => topicId);
const review = (type: 'HidePost' | 'RestorePost' | 'ReleasePost', topicId: string, postId: string) => {
  const data = { topicId, postId, at: new Date().toISOString() };
  const command = type === 'HidePost' ? { type, data: { ...data, reviewId: postId } } : { type, data };
  const context = { tenantId: forum.tenantId, actor: { kind: 'system' as const }, correlationId: 'test' };
  return forum.events.transact(topicDecider, topicId, command, { context });
};
/** Waits for what was written past HTTP. */
const after = async ({ position }: { readonly position: number }) =>
  forum.call('reader', '/topics', { headers: { 'guichet-after': `community=${position}` } });

it('shows a topic that somebody began, by its id and its number', async () => {
  const body = { categoryId: help, title: 'First of all', body: 'What now?', locale: 'en' };
  const { topicId, number, state } = await forum.must('ada', '/topics', { body });
  expect(state).toBe('visible');
  expect(await titles()).toContain('First of all');
  for (const ref of [topicId, number])
    expect(await topic(String(ref))).toMatchObject({ topicId, number, posts: 1, solved: false, mergedInto: null });
  const { items } = await get(`/topics/${String(topicId)}/posts`);
  expect(items).toMatchObject([{ postId: topicId, body: 'What now?', votes: 0, voted: false, official: false }]);
  expect(await forum.code('reader', '/topics/0')).toBe('404 unknown-topic');
  expect(await forum.code('ada', '/topics', { body })).toBe('429 too-soon');
});

it('is written in by members only, in categories that take topics', async () => {
  const body = { categoryId: help, title: 'T', body: 'B', locale: 'en' };
  expect(await forum.code('stranger', '/topics', { body })).toBe('409 not-a-member');
  expect(await forum.code('reader', '/topics', { body })).toBe('403 role-needed');
  const closed = await forum.category();
  await forum.must('admin', `/categories/${closed}/archive`, { method: 'POST' });
  const into = (categoryId: string) => forum.code('agent', '/topics', { body: { ...body, categoryId } });
  expect(await into(closed)).toBe('422 category-closed');
  expect(await into(members['ada']!)).toBe('422 unknown-category');
  await forum.must('admin', `/categories/${closed}/reopen`, { method: 'POST' });
  expect((await forum.call('agent', '/topics', { body: { ...body, categoryId: closed } })).status).toBe(201);
  const links = Array.from({ length: 21 }, (_, i) => `https://site${i}.example`).join(' ');
  expect(await forum.code('eve', '/topics', { body: { ...body, body: links } })).toBe('409 too-many-links');
});

it('takes a repeated request once', async () => {
  const body = { categoryId: help, title: 'Only once', body: 'B', locale: 'en' };
  const request = { body, headers: { 'idempotency-key': 'once-only' } };
  const [first, second] = [await forum.must('ben', '/topics', request), await forum.must('ben', '/topics', request)];
  expect(second).toEqual(first);
  expect((await titles()).filter((title) => title === 'Only once')).toHaveLength(1);
});

it('accepts answers, and changes them by editions', async () => {
  const topicId = await forum.topic('cleo', help, { title: 'Accept me' });
  const answer = await forum.post('agent', topicId, { body: 'Turn it on.' });
  const accept = (name: string, postId: string) => forum.code(name, `/posts/${postId}/acceptance`, { method: 'POST' });
  expect(await accept('dan', answer)).toBe('403 not-allowed');
  expect(await accept('cleo', topicId)).toBe('409 not-an-answer');
  expect(await accept('cleo', answer)).toBe('200 undefined');
  expect(await topic(topicId)).toMatchObject({ solved: true, posts: 2 });
  expect(await titles('&solved=true')).toContain('Accept me');
  expect(await titles('&solved=false')).not.toContain('Accept me');
  const edit = (name: string, body: object, edition?: number) =>
    forum.call(name, `/posts/${answer}`, {
      ...{ method: 'PUT', body },
      ...(edition !== undefined && { headers: { 'if-match': `"${edition}"` } }),
    });
  expect(await edit('agent', { body: 'Turn it off.', reason: 'Wrong way.' }, 1)).toMatchObject({
    body: { edition: 2 },
  });
  const stale = await edit('agent', { body: 'Otherwise.' }, 1);
  expect(stale).toMatchObject({ status: 412, body: { code: 'stale-version' } });
  expect(stale.headers.get('etag')).toBe('"2"');
  expect(await edit('dan', { body: 'Mine.' })).toMatchObject({ status: 403 });
  const { editions } = await forum.must('reader', `/posts/${answer}/editions`);
  expect(editions).toMatchObject([
    { edition: 2, body: 'Turn it off.', reason: 'Wrong way.', byModerator: false },
    { edition: 1, body: 'Turn it on.', reason: null },
  ]);
  const doubt = (name: string) => forum.code(name, `/posts/${answer}/doubts`, { body: { version: '4.2' } });
  expect([await doubt('dan'), await doubt('agent')]).toEqual(['200 undefined', '409 own-post']);
  const gone = { method: 'DELETE' };
  await forum.must('cleo', `/posts/${answer}/acceptance?why=no-longer-works`, gone);
  expect(await topic(topicId)).toMatchObject({ solved: false });
  const { steps } = (await forum.must('agent', `/posts/${answer}/ledger`)) as { steps: readonly Item[] };
  expect(steps.map(({ kind, why }) => [kind, why])).toEqual([
    ['posted', null],
    ['accepted', 'author'],
    ['edited', 'Wrong way.'],
    ['doubted', '4.2'],
    ['unaccepted', 'no-longer-works'],
  ]);
  expect(await forum.code('dan', `/posts/${answer}/ledger`)).toBe('403 not-allowed');
  expect(await forum.code('cleo', `/posts/${topicId}`, gone)).toBe('409 has-answers');
  expect(await forum.code('agent', `/posts/${answer}`, gone)).toBe('200 undefined');
  expect(await posts(topicId)).toEqual([topicId]);
  expect(await topic(topicId)).toMatchObject({ posts: 1 });
});

it('counts votes as they stand in the log, once a member', async () => {
  const topicId = await forum.topic('dan', help, { title: 'Count me' });
  const vote = (name: string, method = 'POST') => forum.code(name, `/posts/${topicId}/vote`, { method });
  expect(await vote('dan')).toBe('409 own-post');
  const all = ['ada', 'ben', 'cleo', 'eve'];
  await Promise.all(all.flatMap((name) => [vote(name), vote(name)]));
  await vote('ben', 'DELETE');
  await vote('ben', 'DELETE');
  expect(await topic(topicId)).toMatchObject({ votes: 3 });
  const [first] = (await get(`/topics/${topicId}/posts`, 'ada')).items;
  expect(first).toMatchObject({ votes: 3, voted: true });
  const memberId = members['eve']!;
  const data = { topicId, postId: topicId, memberId, reason: 'ring', at: new Date().toISOString() } as const;
  const context = { tenantId: forum.tenantId, actor: { kind: 'system' as const }, correlationId: 'test' };
  const id = voteStreamId(forum.tenantId, topicId, memberId);
  await after(await forum.events.transact(voteDecider, id, { type: 'VoidVote', data }, { context }));
  expect(await topic(topicId)).toMatchObject({ votes: 2 });
  expect(await vote('eve')).toBe('409 vote-voided');
  expect(await vote('stranger')).toBe('409 not-a-member');
});

it('shows what is held or hidden to nobody but who wrote it and moderators', async () => {
  const topicId = await forum.topic('eve', help, { title: 'Zebra crossing', body: 'A zebra asks.' });
  const answer = await forum.post('fay', topicId, { body: 'The giraffe answers.' });
  await after(await review('HidePost', topicId, answer));
  for (const name of ['reader', 'ada', 'eve']) expect(await posts(topicId, name)).toEqual([topicId]);
  for (const name of ['fay', 'moderator']) expect(await posts(topicId, name)).toEqual([topicId, answer]);
  expect(await topic(topicId)).toMatchObject({ posts: 1 });
  expect(await found('giraffe')).toEqual([]);
  expect(await forum.code('ada', `/posts/${answer}/vote`, { method: 'POST' })).toBe('404 unknown-post');
  expect(await forum.code('ada', `/posts/${answer}/editions`)).toBe('404 unknown-post');
  expect(await forum.code('fay', `/posts/${answer}`, { method: 'PUT', body: { body: 'Again.' } })).toBe(
    '409 post-hidden',
  );
  await after(await review('RestorePost', topicId, answer));
  expect(await found('giraffe')).toEqual([topicId]);
  expect(await topic(topicId)).toMatchObject({ posts: 2 });
  await after(await review('HidePost', topicId, topicId));
  expect(await titles()).not.toContain('Zebra crossing');
  expect(await found('zebra')).toEqual([]);
  for (const path of ['', '/posts', '/live'])
    expect(await forum.code('ada', `/topics/${topicId}${path}`)).toBe('404 unknown-topic');
  expect(await forum.code('ada', `/posts/${answer}/vote`, { method: 'POST' })).toBe('404 unknown-post');
  expect(await topic(topicId, 'eve')).toMatchObject({ state: 'hidden' });
  expect(await topic(topicId, 'moderator')).toMatchObject({ state: 'hidden' });
  await after(await review('RestorePost', topicId, topicId));
  expect(await found('zebra')).toEqual([topicId]);
});

it('merges by pointing, and undoes it as if nothing had been', async () => {
  const into = await forum.topic('agent', help, { title: 'The older one', body: 'Badger.' });
  const topicId = await forum.topic('ivy', help, { title: 'The newer one', body: 'Otter.' });
  const answer = await forum.post('agent', topicId, { body: 'Beaver.' });
  await forum.must('ivy', `/posts/${answer}/acceptance`, { method: 'POST' });
  const seen = async () => [
    await list(),
    await topic(into),
    await topic(topicId),
    await posts(into),
    await posts(topicId),
  ];
  const stripped = (all: unknown) =>
    JSON.parse(JSON.stringify(all).replaceAll(/"version":\d+/g, '"version":0')) as unknown;
  const before = stripped(await seen());
  const merge = (from: string, to: string, name = 'moderator') =>
    forum.code(name, `/topics/${from}/merge`, { body: { intoTopicId: to } });
  expect(await merge(topicId, into, 'ivy')).toBe('403 not-allowed');
  expect(await merge(topicId, topicId)).toBe('409 merge-into-itself');
  expect(await merge(topicId, into)).toBe('200 undefined');
  expect(await merge(into, topicId)).toBe('409 merge-cycle');
  expect(await posts(into)).toEqual([into, topicId, answer]);
  expect(await topic(into)).toMatchObject({ posts: 3, solved: true });
  expect((await topic(topicId))['mergedInto']).toMatchObject({ topicId: into });
  expect(await titles()).not.toContain('The newer one');
  expect([await found('otter'), await found('beaver')]).toEqual([[into], [into]]);
  expect(await forum.code('agent', `/topics/${topicId}/posts`, { body: { body: 'More.' } })).toBe('409 topic-locked');
  expect(await forum.code('moderator', `/topics/${topicId}/unmerge`, { method: 'POST' })).toBe('200 undefined');
  expect(stripped(await seen())).toEqual(before);
  expect([await found('otter'), await found('beaver')]).toEqual([[topicId], [topicId]]);
  const [here, there] = await Promise.all([merge(topicId, into), merge(into, topicId)]);
  expect([here, there].toSorted()).toEqual(['200 undefined', '409 merge-cycle']);
});

it('is arranged by moderators, for the same readers', async () => {
  const topicId = await forum.topic('gus', help, { title: 'Arrange me' });
  const agents = await forum.category({ audience: 'agents', name: 'Inside' });
  const other = await forum.category({ name: 'Other' });
  const move = (categoryId: string) => forum.code('moderator', `/topics/${topicId}/move`, { body: { categoryId } });
  expect([await move(agents), await move(other)]).toEqual(['409 other-audience', '200 undefined']);
  expect(await titles()).not.toContain('Arrange me');
  expect(await move(help)).toBe('200 undefined');
  await forum.must('moderator', `/topics/${topicId}/pin`, { method: 'POST' });
  expect((await titles())[0]).toBe('Arrange me');
  await forum.must('moderator', `/topics/${topicId}/pin`, { method: 'DELETE' });
  await forum.must('moderator', `/topics/${topicId}/lock`, { method: 'POST' });
  expect(await forum.code('hal', `/topics/${topicId}/posts`, { body: { body: 'B' } })).toBe('409 topic-locked');
  await forum.must('moderator', `/topics/${topicId}/lock`, { method: 'DELETE' });
  await forum.must('gus', `/topics/${topicId}/title`, { method: 'PUT', body: { title: 'Arranged capybara' } });
  expect(await found('capybara')).toEqual([topicId]);
  await forum.must('gus', `/topics/${topicId}/language`, { body: { locale: 'fr' } });
  expect(await found('capybara')).toEqual([]);
  const { items } = await get('/search?q=capybara&locale=fr');
  expect(items.map(({ topicId: id }) => id)).toEqual([topicId]);
  expect((await get('/search?q=capybara')).items).toHaveLength(1);
  expect(await titles('&locale=fr')).toEqual(['Arranged capybara']);
  // Whom a category names keeps order there, whatever their role.
  expect(await forum.code('hal', `/topics/${topicId}/lock`, { method: 'POST' })).toBe('403 not-allowed');
  await forum.must('admin', `/categories/${help}/moderators`, { body: { personId: 'hal' } });
  expect(await forum.code('hal', `/topics/${topicId}/lock`, { method: 'POST' })).toBe('200 undefined');
  expect(await forum.must('moderator', `/categories/${help}/moderators`)).toEqual({ moderators: ['hal'] });
});

it('is read by the audience of its category, and by no other tenant', async () => {
  const inside = await forum.category({ audience: 'signed-in', name: 'Customers' });
  const topicId = await forum.topic('agent', inside, { title: 'Secret ocelot' });
  expect(await found('ocelot')).toEqual([]);
  expect(await found('ocelot', 'ada')).toEqual([topicId]);
  expect(await forum.code('reader', `/topics/${topicId}`)).toBe('404 unknown-topic');
  expect((await get(`/topics?category=${inside}`)).items).toEqual([]);
  expect((await get(`/topics?category=${inside}`, 'ada')).items).toHaveLength(1);
  const shown = (await forum.must('reader', '/categories'))['categories'] as readonly Item[];
  expect(shown.map(({ categoryId }) => categoryId)).not.toContain(inside);
  await forum.must('admin', `/categories/${inside}/audience`, { method: 'PUT', body: { audience: 'public' } });
  expect(await found('ocelot')).toEqual([topicId]);
  const elsewhere = forum.elsewhere();
  await elsewhere.join('ada');
  expect(await elsewhere.code('ada', `/topics/${topicId}`)).toBe('404 unknown-topic');
  expect(await elsewhere.code('ada', `/topics/${topicId}/posts`, { body: { body: 'B' } })).toBe('404 unknown-topic');
  expect(await elsewhere.code('ada', `/posts/${topicId}/vote`, { method: 'POST' })).toBe('404 unknown-post');
});

it('finds similar topics while one is written, and pages lists in every order', async () => {
  const { items } = (await forum.must('ada', '/similar', {
    body: { title: 'secret ocel', locale: 'en' },
  })) as unknown as Items;
  expect(items[0]).toMatchObject({ title: { text: 'Secret ocelot' } });
  for (const query of ['', '&sort=newest', '&sort=votes', '&unanswered=true', '&kind=question']) {
    for (const within of [`category=${help}`, 'locale=en']) {
      const all = async (limit: number) => {
        const seen: unknown[] = [];
        for (let cursor = ''; ;) {
          const next = await get(`/topics?${within}&limit=${limit}${query}${cursor}`);
          seen.push(...next.items.map(({ topicId }) => topicId));
          if (next.nextCursor === null) return seen;
          cursor = `&cursor=${next.nextCursor}`;
        }
      };
      const whole = await all(200);
      expect(await all(3)).toEqual(whole);
      expect(new Set(whole).size).toBe(whole.length);
    }
  }
});

it('gives a member few votes for ideas, and back when nothing more is decided', async () => {
  const ideas = await Promise.all(
    Array.from({ length: 6 }, (_, i) => forum.topic('agent', help, { kind: 'idea', title: `Idea ${i}` })),
  );
  const vote = (topicId: string, name = 'ada', method = 'PUT') =>
    forum.call(name, `/topics/${topicId}/idea-vote`, { method });
  const all = await Promise.all(ideas.map((topicId) => vote(topicId)));
  expect(all.filter(({ status }) => status === 200)).toHaveLength(4);
  for (const { body } of all.filter(({ status }) => status === 409)) expect(body['code']).toBe('no-votes-left');
  const { body } = await vote(ideas[0]!, 'ben');
  expect(body).toMatchObject({ voted: true, votesLeft: 3, topicIds: [ideas[0]] });
  const wanted = (await list('&sort=wanted&kind=idea')).items.map(({ ideaVotes }) => ideaVotes);
  expect(wanted.reduce((sum: number, votes) => sum + Number(votes), 0)).toBe(5);
  expect(await forum.code('ben', `/topics/${help}/idea-vote`, { method: 'PUT' })).toBe('404 unknown-topic');
  await forum.must('moderator', `/topics/${ideas[0]}/lock`, { method: 'POST' });
  await until('the vote comes back', async () => (await topic(ideas[0]!))['ideaVotes'] === 0);
  expect((await vote(ideas[1]!, 'ben', 'DELETE')).body).toMatchObject({ votesLeft: 4, topicIds: [] });
  expect((await vote(ideas[0]!, 'ben')).body).toMatchObject({ code: 'topic-locked' });
});

it('tells members once what happens where they write or follow', async () => {
  const fresh = await forum.category({ name: 'Told' });
  const notices = async (name: string) => (await get('/notices', name)).items;
  const follow = (name: string, path: string, level: string) =>
    forum.must(name, `/subscriptions/${path}`, { method: 'PUT', body: { level } });
  await follow('gus', `categories/${fresh}`, 'watching');
  const topicId = await forum.topic('agent', fresh, { title: 'Told of this' });
  await until('gus is told', async () => (await notices('gus')).some(({ kind }) => kind === 'topic'));
  await follow('hal', `topics/${topicId}`, 'watching');
  await follow('gus', `topics/${topicId}`, 'muted');
  const answer = await forum.post('agent', topicId, { body: 'One.' });
  await forum.post('agent', topicId, { body: 'Two.' });
  const ofTopic = async (name: string) =>
    (await notices(name)).filter(({ topicId: of, kind }) => of === topicId && kind === 'post');
  await until('hal is told of both', async () => (await ofTopic('hal'))[0]?.['count'] === 2);
  expect(await ofTopic('hal')).toMatchObject([{ title: 'Told of this', postId: answer, readAt: null }]);
  expect([await ofTopic('gus'), await ofTopic('agent')]).toEqual([[], []]);
  await forum.must('hal', '/notices/read', { body: { topicId } });
  expect((await ofTopic('hal'))[0]?.['readAt']).not.toBeNull();
  await forum.post('agent', topicId, { body: 'Three.' });
  await until('hal is told anew', async () => (await ofTopic('hal')).length === 2);
  await after(await review('HidePost', topicId, topicId));
  expect(await ofTopic('hal')).toEqual([]);
  expect(await forum.code('stranger', '/notices')).toBe('409 not-a-member');
  expect(await forum.code('hal', `/subscriptions/topics/${fresh}`, { method: 'PUT', body: { level: 'muted' } })).toBe(
    '404 unknown-topic',
  );
});

it('tells no text, no name and no voter to other services', async () => {
  const log = forum.host.host.app.get(LogReader, { strict: false });
  const events = await log.read(0, 1_000);
  const told = events.map(toPublicEvent).filter((event) => event !== undefined);
  expect(told.flatMap(validatePublicEvent)).toEqual([]);
  const all = JSON.stringify(told);
  for (const text of ['Zebra', 'giraffe', 'capybara', 'Turn it', 'Wrong way']) expect(all).not.toContain(text);
  const votes = told.filter(({ type }) => type.startsWith('Vote'));
  expect(votes.length).toBeGreaterThan(5);
  for (const vote of votes) for (const id of Object.values(members)) expect(JSON.stringify(vote)).not.toContain(id);
  for (const name of people) expect(all).not.toContain(`"id":"${name}"`);
});

it('keeps the rows that a fold from zero makes', async () => {
  const done = await forum.host.call('/community/v1/operations/projections/topics/verify', {
    ...{ as: { tenantId: null, roles: ['operator'] }, method: 'POST' },
  });
  expect(done).toMatchObject({ status: 200, body: { equal: true } });
});
