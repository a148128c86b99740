import { openLive } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { TestForum } from '../../testing/test-forum.js';

let forum: TestForum;
let categoryId: string;
let topicId: string;
beforeAll(async () => {
  forum = await TestForum.start();
  categoryId = await forum.category();
  await forum.join('olek', 2);
  topicId = await forum.topic('olek', categoryId);
}, 60_000);
afterAll(() => forum.stop());

type Item = Readonly<Record<string, unknown>>;
let count = 0;
/** Somebody who has written nothing yet. */
const newcomer = async (level: 0 | 1 | 2 | 4 = 0): Promise<string> => {
  count += 1;
  await forum.join(`member${count}`, level);
  return `member${count}`;
};
const write = (name: string, body: object) =>
  forum.must(name, `/topics/${topicId}/posts`, { body: { body: 'Have a look at this.', ...body } });
const queue = async (state = 'open', name = 'moderator') =>
  (await forum.must(name, `/reviews?state=${state}`))['items'] as readonly Item[];
const reviewOf = async (postId: string, state = 'open') =>
  (await queue(state)).find((item) => item['postId'] === postId);
const stateOf = async (postId: string): Promise<unknown> =>
  ((await forum.must('moderator', `/topics/${topicId}/posts?limit=50`))['items'] as readonly Item[]).find(
    (item) => item['postId'] === postId,
  )?.['state'];
const comesTo = (postId: string, state: string) => until(state, async () => (await stateOf(postId)) === state);
const flag = (name: string, postId: string, reason = 'spam') =>
  forum.call(name, `/posts/${postId}/flags`, { body: { reason } });
const decide = (name: string, postId: string, body: object) =>
  forum.call(name, `/reviews/${postId}/decision`, { body });
const spam = { outcome: 'upheld', action: 'hide', reason: 'spam', note: 'Advertisement.' };
const fine = { outcome: 'rejected', action: 'show' };

/** A post that a machine holds, with its review. */
async function heldPost(): Promise<{ author: string; postId: string }> {
  const author = await newcomer();
  const { postId, state } = await write(author, { website: 'https://me.example' });
  expect(state).toBe('held');
  await until('the review', async () => (await reviewOf(String(postId))) !== undefined);
  return { author, postId: String(postId) };
}
async function visiblePost(): Promise<{ author: string; postId: string }> {
  const author = await newcomer();
  const { postId, state } = await write(author, { body: `I restarted the box number ${count}, and it works again.` });
  expect(state).toBe('visible');
  return { author, postId: String(postId) };
}

describe('a held post', () => {
  it('is seen by nobody until a moderator has looked', async () => {
    const { author, postId } = await heldPost();
    const seen = async (name: string) =>
      ((await forum.must(name, `/topics/${topicId}/posts?limit=50`))['items'] as readonly Item[]).some(
        (item) => item['postId'] === postId,
      );
    expect([await seen('reader'), await seen(author), await seen('moderator')]).toEqual([false, true, true]);
    expect(await reviewOf(postId)).toMatchObject({
      ...{ topicId, body: 'Have a look at this.', edition: 1, held: true, hidden: false, priority: 1, flags: [] },
      ...{ signals: [{ name: 'honeypot-filled', weight: 1 }], outcome: null, decidedAt: null },
    });
    expect((await decide('moderator', postId, fine)).status).toBe(200);
    await comesTo(postId, 'visible');
    expect(await seen('reader')).toBe(true);
    expect(await reviewOf(postId)).toBeUndefined();
    expect(await reviewOf(postId, 'decided')).toMatchObject({ outcome: 'rejected', action: 'show', held: false });
  });
  it('may be changed before it is released', async () => {
    const { postId } = await heldPost();
    expect((await decide('moderator', postId, { ...fine, body: 'Have a look.' })).status).toBe(200);
    await comesTo(postId, 'visible');
    const { editions } = await forum.must('moderator', `/posts/${postId}/editions`);
    expect(editions).toMatchObject([{ edition: 2, body: 'Have a look.', byModerator: true }, { edition: 1 }]);
  });
  it('of two moderators at once, one decides', async () => {
    const { postId } = await heldPost();
    const answers = await Promise.all([decide('moderator', postId, spam), decide('supervisor', postId, fine)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)!.body['code']).toBe('not-open');
    const won = answers[0].status === 200 ? 'hidden' : 'visible';
    await comesTo(postId, won);
  });
  it('goes on to be appealed against, once', async () => {
    const { author, postId } = await heldPost();
    expect(await forum.code(author, `/reviews/${postId}/appeal`, { body: { text: 'Please.' } })).toBe(
      '409 not-decided',
    );
    await decide('moderator', postId, spam);
    await comesTo(postId, 'hidden');
    const appeal = (name: string) =>
      forum.code(name, `/reviews/${postId}/appeal`, { body: { text: 'It is my own page.' } });
    expect(await appeal(await newcomer())).toBe('404 unknown-post');
    expect(await appeal(author)).toBe('200 undefined');
    expect(await appeal(author)).toBe('409 appeal-used');
    expect(await reviewOf(postId, 'appealed')).toMatchObject({ appeal: 'It is my own page.', note: 'Advertisement.' });
    expect(await forum.must(author, `/posts/${postId}/review`)).toMatchObject({
      ...{ state: 'appealed', hidden: true, flags: 0, outcome: 'upheld', action: 'hide', reason: 'spam' },
      ...{ note: 'Advertisement.', appealedAt: expect.any(String) },
    });
    expect(await forum.code('olek', `/posts/${postId}/review`)).toBe('404 unknown-review');
    expect((await decide('supervisor', postId, fine)).status).toBe(200);
    await comesTo(postId, 'visible');
  });
});

describe('what is held', () => {
  const sent = async (body: object) => (await write(await newcomer(), body))['state'];
  const openForm = async (name: string) => String((await forum.must(name, '/form'))['form']);
  it('is what was written in no time with an address that nobody has named', async () => {
    const [quick, again] = [await newcomer(), await newcomer()];
    const form = await openForm(quick);
    expect((await write(quick, { form, body: 'See https://shop.example for more.' }))['state']).toBe('held');
    // A form is of who opened it, and good for one text.
    expect((await write(again, { form }))['state']).toBe('held');
    expect(await sent({ form: 'made-up' })).toBe('held');
    expect(await sent({ body: 'See https://other.example for more.' })).toBe('visible');
    const slow = await newcomer();
    expect((await write(slow, { form: await openForm(slow), body: 'It worked for me.' }))['state']).toBe('visible');
  });
  it('is a copy, with an address that nobody has named; the address is known once it was seen', async () => {
    const offer =
      'Our friendly team repairs every box at home within two hours at a price that nobody else can offer you';
    expect(await sent({ body: `${offer} https://first.example` })).toBe('visible');
    expect(await sent({ body: `${offer} https://first.example 7` })).toBe('visible');
    expect(await sent({ body: `${offer} https://first.example 8 +48 22 123 45 67` })).toBe('held');
    expect(await sent({ body: 'The manual is at https://first.example and helped.' })).toBe('visible');
  });
  it('is an edit with more links than its author may set', async () => {
    const { author, postId } = await visiblePost();
    const links = 'https://a.example https://b.example https://c.example';
    await forum.must(author, `/posts/${postId}`, { method: 'PUT', body: { body: `Changed. ${links}` } });
    expect(await stateOf(postId)).toBe('held');
    await until('the review', async () => (await reviewOf(postId)) !== undefined);
    expect(await reviewOf(postId)).toMatchObject({
      ...{ edition: 2, signals: [{ name: 'links-above-limit' }, { name: 'new-domain' }] },
    });
  });
  it('is nothing that those write who work here', async () => {
    await forum.join('agent', 0);
    const { state } = await forum.must('agent', `/topics/${topicId}/posts`, { body: { body: 'Hello.', website: 'x' } });
    expect(state).toBe('visible');
  });
});

describe('flags', () => {
  it('hide a post for personal data at once, until the last one is taken back', async () => {
    const { postId } = await visiblePost();
    const [one, other] = [await newcomer(1), await newcomer(1)];
    expect((await flag(one, postId, 'off-topic')).body).toEqual({ flagged: true });
    expect((await flag(other, postId, 'personal-data')).status).toBe(200);
    await comesTo(postId, 'hidden');
    expect(await reviewOf(postId)).toMatchObject({
      hidden: true,
      held: false,
      flags: [{ reason: 'off-topic', weight: 0.625 }, { reason: 'personal-data' }],
    });
    const withdraw = (name: string) => forum.must(name, `/posts/${postId}/flags`, { method: 'DELETE' });
    await withdraw(other);
    await withdraw(one);
    await comesTo(postId, 'visible');
    expect(await reviewOf(postId)).toBeUndefined();
  });
  it('weigh more when earlier ones were upheld, and hide a post together', async () => {
    const first = await visiblePost();
    const [one, other] = [await newcomer(4), await newcomer(4)];
    for (const name of [one, other]) await flag(name, first.postId);
    await decide('moderator', first.postId, spam);
    await comesTo(first.postId, 'hidden');
    const second = await visiblePost();
    await flag(one, second.postId);
    expect(await reviewOf(second.postId)).toMatchObject({ hidden: false, flags: [{ weight: 2 * (2 / 3) }] });
    await flag(other, second.postId);
    await comesTo(second.postId, 'hidden');
    await decide('moderator', second.postId, fine);
    await comesTo(second.postId, 'visible');
    expect((await flag(await newcomer(1), second.postId)).body['code']).toBe('already-reviewed');
    // Who flagged is told what came of it, page by page.
    const page = await forum.must(one, '/me/flags?limit=1');
    expect(page['items']).toMatchObject([{ postId: second.postId, reason: 'spam', outcome: 'rejected' }]);
    const rest = await forum.must(one, `/me/flags?cursor=${String(page['nextCursor'])}`);
    expect(rest).toMatchObject({ items: [{ postId: first.postId, outcome: 'upheld' }], nextCursor: null });
  });
  it('stand in the queue by weight and reach, page by page', async () => {
    const [light, heavy] = [await visiblePost(), await visiblePost()];
    await flag(await newcomer(1), light.postId);
    await flag(await newcomer(4), heavy.postId);
    const items = await queue();
    const priorities = items.map((item) => Number(item['priority']));
    expect(priorities).toEqual(priorities.toSorted((a, b) => b - a));
    const place = (postId: string) => items.findIndex((item) => item['postId'] === postId);
    expect(place(heavy.postId)).toBeLessThan(place(light.postId));
    const paged: unknown[] = [];
    for (let next: string | null = ''; next !== null;) {
      const page = await forum.must('moderator', `/reviews?limit=1${next && `&cursor=${next}`}`);
      paged.push(...(page['items'] as Item[]).map((item) => item['postId']));
      next = page['nextCursor'] as string | null;
    }
    expect(paged).toEqual(items.map((item) => item['postId']));
  });
  it('are refused with a reason', async () => {
    const { author, postId } = await visiblePost();
    expect(await flag(await newcomer(0), postId)).toMatchObject({ status: 403, body: { code: 'level-too-low' } });
    expect(await flag(author, postId)).toMatchObject({ status: 409, body: { code: 'own-post' } });
    expect(await flag('stranger', postId)).toMatchObject({ status: 409, body: { code: 'not-a-member' } });
    expect(await flag(await newcomer(1), postId, 'boring')).toMatchObject({ status: 400 });
    const nowhere = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001';
    expect(await flag(await newcomer(1), nowhere)).toMatchObject({ status: 404, body: { code: 'unknown-post' } });
    expect((await decide('moderator', postId, fine)).body['code']).toBe('unknown-review');
  });
});

describe('the queue', () => {
  it('is for those who moderate: all of it, or of their categories', async () => {
    const { postId } = await heldPost();
    expect(await queue('open', 'ada')).toEqual([]);
    expect(await decide('olek', postId, fine)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    await forum.must('admin', `/categories/${categoryId}/moderators`, { body: { personId: 'olek' } });
    expect((await queue('open', 'olek')).map((item) => item['postId'])).toContain(postId);
    expect((await decide('olek', postId, fine)).status).toBe(200);
    expect((await forum.elsewhere().must('moderator', '/reviews'))['items']).toEqual([]);
    expect(await forum.elsewhere().code('moderator', `/reviews/${postId}/decision`, { body: fine })).toBe(
      '404 unknown-post',
    );
  });
  it('says what makes no sense', async () => {
    const { postId } = await heldPost();
    const code = async (body: object) => (await decide('moderator', postId, body)).body['code'];
    expect(await code({ outcome: 'upheld', action: 'hide' })).toBe('reason-missing');
    expect(await code({ outcome: 'rejected', action: 'hide' })).toBe('nothing-to-hide-for');
    expect(await code({ ...fine, reason: 'spam' })).toBe('reason-needless');
    // What was refused has changed nothing.
    expect(await code({ ...fine, reason: 'spam', body: 'Changed.' })).toBe('reason-needless');
    expect(await reviewOf(postId)).toMatchObject({ body: 'Have a look at this.', edition: 1 });
  });
  it('is told as it grows', async () => {
    const token = await forum.host.issuer.token(forum.person('moderator'));
    const live = await openLive(`${forum.host.url}/community/v1/reviews/live`, { token });
    const told = () =>
      live.events.filter(({ event }) => event === 'reviews').map(({ data }) => (data as { open: number }).open);
    await until('how many there are', () => told().length === 1);
    await heldPost();
    await until('one more', () => told().at(-1) === told()[0]! + 1);
    await live.close();
  });
  it('is the same when it is built anew', async () => {
    const operator = { roles: ['operator'], subject: 'operator' } as const;
    for (const name of ['reviews', 'members']) {
      const { body } = await forum.host.call(`/community/v1/operations/projections/${name}/verify`, {
        as: operator,
        method: 'POST',
      });
      expect([name, body]).toMatchObject([name, { equal: true }]);
    }
  });
});
