import { ProjectionAdmin } from '@guichet/event-sourcing';
import { until } from '@guichet/testing';
import pg from 'pg';
import { TestForum } from '../../testing/index.js';

let forum: TestForum;
/** Sees every row. */
let superuser: pg.Pool;
beforeAll(async () => {
  forum = await TestForum.start();
  superuser = new pg.Pool({ connectionString: forum.database.adminUrl });
});
afterAll(async () => {
  await superuser.end();
  await forum.stop();
});

const [secret, answer, note] = ['Wombat teapot', 'Marmalade ladder', 'Zeppelin gravy'];

/** Ada, whose handle is her name, asks; Ben answers and flags; Ada accepts, votes and edits. */
async function scene() {
  const here = forum.elsewhere();
  const [adaId, benId] = [await here.join('zwadaXq', 2), await here.join('ben', 2)];
  const categoryId = await here.category();
  const topicId = await here.topic('zwadaXq', categoryId, { title: `${secret} title`, body: `${secret} body` });
  const answerId = await here.post('ben', topicId, { body: `${answer}, of Ben` });
  await here.must('zwadaXq', `/posts/${topicId}`, {
    method: 'PUT',
    body: { body: `${secret} edited`, reason: `${secret} why` },
  });
  await here.must('zwadaXq', `/posts/${answerId}/acceptance`, { method: 'POST' });
  await here.must('zwadaXq', `/posts/${answerId}/vote`, { method: 'POST' });
  await here.must('zwadaXq', `/posts/${answerId}/flags`, { body: { reason: 'off-topic', note: `${secret} note` } });
  await here.must('ben', `/posts/${topicId}/flags`, { body: { reason: 'off-topic', note: `${note} of Ben` } });
  return { here, adaId, benId, categoryId, topicId, answerId };
}

/** Tables with a row that has the text somewhere, whatever the schema. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await superuser.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await superuser.query(`select from ${name} as t where t::text ilike $1 limit 1`, [
      `%${text}%`,
    ]);
    if (rowCount) found.push(name);
  }
  return found;
}

const erase = (here: TestForum, name: string, headers: Record<string, string> = {}) =>
  here.call(name, '/me/erasure', { body: { handle: name }, headers });
const isGone = ({ tenantId }: TestForum, subject: string) =>
  until('the identity to be gone', async () => {
    const of = 'select from member_identity where tenant_id = $1 and subject = $2';
    return (await superuser.query(of, [tenantId, subject])).rowCount === 0;
  });

describe('a member who is erased', () => {
  it('leaves no text and no name in any table, and every count as it was', async () => {
    const { here, topicId, answerId, categoryId } = await scene();
    const counts = async () => {
      const { posts, votes, solved } = await here.must('ben', `/topics/${topicId}`);
      const { items } = await here.must('ben', `/topics?category=${categoryId}`);
      return { posts, votes, solved, topics: (items as unknown[]).length };
    };
    const before = await counts();
    expect(await tablesWith(secret)).not.toEqual([]);
    expect(await tablesWith('zwadaXq')).not.toEqual([]);
    expect((await erase(here, 'zwadaXq')).status).toBe(200);
    await isGone(here, 'zwadaXq');
    await until('the texts to be gone', async () => (await tablesWith(secret)).length === 0);
    expect(await tablesWith('zwadaXq')).toEqual([]);
    expect(await counts()).toEqual(before);
    expect(await tablesWith(answer)).not.toEqual([]);
    const { items } = await here.must('ben', `/topics/${topicId}/posts`);
    expect(items).toEqual([
      expect.objectContaining({ postId: topicId, body: '' }),
      expect.objectContaining({ postId: answerId, body: `${answer}, of Ben`, accepted: true }),
    ]);
  });

  it('is the same in tables that are built anew', async () => {
    const { here } = await scene();
    await erase(here, 'zwadaXq');
    await isGone(here, 'zwadaXq');
    const admin = here.host.host.app.get(ProjectionAdmin, { strict: false });
    for (const name of ['topics', 'members', 'reviews'])
      expect([name, await admin.verify(name)]).toEqual([name, expect.objectContaining({ equal: true })]);
  });

  it('can do nothing any more, and may join again as somebody else', async () => {
    const { here, adaId, topicId } = await scene();
    await erase(here, 'zwadaXq');
    const write = () => here.code('zwadaXq', `/topics/${topicId}/posts`, { body: { body: 'Still here.' } });
    expect(['404 unknown-member', '409 not-a-member']).toContain(await write());
    await isGone(here, 'zwadaXq');
    expect(await write()).toBe('409 not-a-member');
    expect(await here.code('agent', `/members/${adaId}`)).toBe('404 unknown-member');
    const joined = await here.must('zwadaXq', '/me/handle', { body: { handle: 'somebody.new' } });
    expect(joined['memberId']).not.toBe(adaId);
  });

  it('gets the first answer again, and is asked for their own handle', async () => {
    const { here } = await scene();
    expect(await here.code('zwadaXq', '/me/erasure', { body: { handle: 'ben' } })).toBe('409 handle-differs');
    const headers = { 'idempotency-key': 'erase-me-once' };
    const first = await erase(here, 'zwadaXq', headers);
    await isGone(here, 'zwadaXq');
    expect((await erase(here, 'zwadaXq', headers)).body).toEqual(first.body);
    expect(await here.code('zwadaXq', '/me/erasure', { body: { handle: 'zwadaXq' } })).toBe('409 not-a-member');
  });

  it('does not come back before their suspension has ended', async () => {
    const { here, adaId } = await scene();
    await here.must('moderator', `/members/${adaId}/suspension`, { body: { reason: `${secret} reason` } });
    await erase(here, 'zwadaXq');
    await isGone(here, 'zwadaXq');
    expect(await here.code('zwadaXq', '/me/handle', { body: { handle: 'somebody.else' } })).toBe('409 suspended');
    await until('the reason to be gone', async () => (await tablesWith(secret)).length === 0);
  });

  it('was shown all that was known of them before', async () => {
    const { here, topicId, answerId } = await scene();
    const { member, topics, editions, votes, flags } = await here.must('zwadaXq', '/me/data');
    expect(member).toMatchObject({ handle: 'zwadaXq' });
    expect(topics).toEqual([expect.objectContaining({ topicId, title: `${secret} title` })]);
    expect((editions as { postId: string; body: string }[]).map(({ postId, body }) => [postId, body])).toEqual([
      [topicId, `${secret} body`],
      [topicId, `${secret} edited`],
    ]);
    expect(votes).toEqual([expect.objectContaining({ postId: answerId })]);
    expect(flags).toEqual([expect.objectContaining({ postId: answerId, note: `${secret} note` })]);
    expect(await here.code('nobody', '/me/data')).toBe('404 not-a-member');
  });
});
