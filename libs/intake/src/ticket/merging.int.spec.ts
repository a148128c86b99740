import { randomUUID } from 'node:crypto';
import { ProjectionAdmin } from '@guichet/event-sourcing';
import type { TestAnswer, TestCaller } from '@guichet/http-host/testing';
import { people, startTestIntake, type TestIntake } from '../testing/test-intake.module.js';

let intake: TestIntake;
beforeAll(async () => {
  intake = await startTestIntake();
});
afterAll(() => intake.stop());

interface Line {
  readonly id: string;
  readonly kind: string;
  readonly body?: string;
  readonly ticket?: { readonly number: string };
}
interface Detail {
  readonly status: string;
  readonly mergedInto?: string;
  readonly mergedFrom: readonly { readonly number: string }[];
  readonly conversation: { readonly items: readonly Line[] };
}

const tickets = '/intake/v1/tickets';
const after = ({ headers }: TestAnswer) => headers.get('guichet-position') ?? '';
const problem = (status: number, code: string) =>
  expect.objectContaining({ status, body: expect.objectContaining({ code }) });

/** Two requesters' tickets x and y of one tenant, and what may be done with them. */
async function scene() {
  const { tenantId, rita, mallory, amir } = people();
  let seen = '';
  const post = async (path: string, as: TestCaller, body: unknown = {}, headers: Record<string, string> = {}) => {
    const answer = await intake.host.call(`${tickets}${path}`, { as, body, headers });
    if (answer.status < 300) seen = after(answer);
    return answer;
  };
  const open = async (as: TestCaller, subject: string) =>
    (await post('', as, { subject, body: `The text of ${subject}` })).body as { ticketId: string; number: string };
  const [x, y] = [await open(rita, 'x'), await open(mallory, 'y')];
  const read = async (as: TestCaller, ticketId: string) =>
    intake.host.call(`${tickets}/${ticketId}`, { as, headers: { 'guichet-after': seen } });
  const detail = async (as: TestCaller, ticketId: string) => (await read(as, ticketId)).body as Detail;
  const said = async (as: TestCaller, ticketId: string) =>
    (await detail(as, ticketId)).conversation.items.map(({ body, kind }) => body ?? kind);
  const reply = (as: TestCaller, ticketId: string, body: string) => post(`/${ticketId}/replies`, as, { body });
  const answer = async (ticketId: string, body: string) => {
    const data = { ticketId, replyId: randomUUID(), agentId: 'amir', body, automatic: false };
    seen = `${seen}, routing=${await intake.routing.tell(tenantId, 'AgentReplied', data)}`;
  };
  const merge = (from: string, into: string, more: object = {}) =>
    post(`/${from}/merge`, amir, { intoTicketId: into, ...more });
  return { ...{ rita, mallory, amir, x, y }, ...{ post, open, read, detail, said, reply, answer, merge } };
}

const across = { acrossRequesters: true };

describe('merging across requesters', () => {
  it('asks for an explicit choice', async () => {
    const { x, y, merge } = await scene();
    expect(await merge(x.ticketId, y.ticketId)).toEqual(problem(409, 'different-requesters'));
    expect(await merge(x.ticketId, y.ticketId, across)).toMatchObject({ status: 200 });
  });

  it('never shows one requester what another wrote, and gives each the answers', async () => {
    const { rita, mallory, amir, x, y, merge, reply, answer, said, read, detail } = await scene();
    await reply(rita, x.ticketId, 'x before');
    await reply(mallory, y.ticketId, 'y before');
    await answer(y.ticketId, 'answer before');
    await merge(x.ticketId, y.ticketId, across);
    expect(await reply(rita, x.ticketId, 'x after')).toMatchObject({ status: 201, body: { ticketId: x.ticketId } });
    await reply(mallory, y.ticketId, 'y after');
    await answer(y.ticketId, 'answer to both');
    expect(await said(rita, x.ticketId)).toEqual(['x before', 'x after', 'answer to both']);
    expect(await said(mallory, y.ticketId)).toEqual(['y before', 'answer before', 'y after', 'answer to both']);
    expect((await read(rita, y.ticketId)).status).toBe(404);
    expect(await detail(rita, x.ticketId)).not.toHaveProperty('mergedInto');
    expect(await detail(mallory, y.ticketId)).toMatchObject({ mergedFrom: [] });
    expect(await said(amir, y.ticketId)).toEqual(
      expect.arrayContaining(['The text of x', 'x before', 'y before', 'x after', 'y after', 'merged']),
    );
  });

  it('leaves everybody what they saw when it is undone', async () => {
    const { rita, mallory, amir, x, y, post, merge, reply, answer, said } = await scene();
    await merge(x.ticketId, y.ticketId, across);
    await reply(rita, x.ticketId, 'x merged');
    await answer(y.ticketId, 'answer to both');
    expect(await post(`/${x.ticketId}/unmerge`, amir)).toMatchObject({ status: 200 });
    expect(await post(`/${x.ticketId}/unmerge`, amir)).toMatchObject({ status: 200, body: { version: 3 } });
    await answer(y.ticketId, 'answer to y alone');
    expect(await reply(rita, x.ticketId, 'x again')).toMatchObject({ body: { ticketId: x.ticketId, version: 4 } });
    expect(await said(rita, x.ticketId)).toEqual(['x merged', 'answer to both', 'x again']);
    expect(await said(mallory, y.ticketId)).toEqual(['answer to both', 'answer to y alone']);
  });
});

describe('a merge', () => {
  it('shows in the target what came, and from where', async () => {
    const { rita, amir, x, open, merge, reply, detail } = await scene();
    const z = await open(rita, 'z');
    await reply(rita, x.ticketId, 'x before');
    await merge(x.ticketId, z.ticketId);
    for (const viewer of [rita, amir]) {
      const { mergedFrom, conversation } = await detail(viewer, z.ticketId);
      expect(mergedFrom).toEqual([{ ticketId: x.ticketId, number: x.number }]);
      const ticket = expect.objectContaining({ ticketId: x.ticketId, number: x.number, subject: 'x' }) as unknown;
      expect(conversation.items).toMatchObject([
        { kind: 'opened', body: 'The text of x', ticket },
        { kind: 'requester-reply', body: 'x before', ticket },
        { kind: 'merged', ticket, otherTicketId: z.ticketId },
      ]);
    }
    expect(await detail(rita, x.ticketId)).toMatchObject({ status: 'merged', mergedInto: z.ticketId });
  });

  it('takes along what was merged before, and gives back only what it took', async () => {
    const { rita, amir, x, open, post, merge, detail } = await scene();
    const [z, w] = [await open(rita, 'z'), await open(rita, 'w')];
    await merge(x.ticketId, z.ticketId);
    await merge(z.ticketId, w.ticketId);
    const numbers = async (ticketId: string) => (await detail(amir, ticketId)).mergedFrom.map(({ number }) => number);
    expect(await numbers(w.ticketId)).toEqual([x.number, z.number]);
    await post(`/${z.ticketId}/unmerge`, amir);
    expect(await numbers(w.ticketId)).toEqual([]);
    expect(await numbers(z.ticketId)).toEqual([x.number]);
  });

  it('does not lock the source when the target turns out to be spam', async () => {
    const { rita, amir, x, y, post, merge, reply, detail } = await scene();
    await merge(x.ticketId, y.ticketId, across);
    expect(await post(`/${y.ticketId}/spam`, amir)).toMatchObject({ status: 200 });
    expect(await detail(rita, x.ticketId)).toMatchObject({ status: 'open' });
    expect(await reply(rita, x.ticketId, 'And mine?')).toMatchObject({ status: 201, body: { ticketId: x.ticketId } });
    expect(await post(`/${x.ticketId}/close`, rita)).toMatchObject({ status: 200 });
    expect(await post(`/${x.ticketId}/reopen`, rita)).toMatchObject({ status: 200 });
    expect(await detail(rita, x.ticketId)).toMatchObject({ status: 'open' });
  });
});

describe('a split', () => {
  it('moves replies to a ticket of their own, as if they had been written there', async () => {
    const { rita, amir, x, post, reply, detail, said } = await scene();
    const ids: string[] = [];
    for (const body of ['about x', 'about w', 'more about w'])
      ids.push(((await reply(rita, x.ticketId, body)).body as { replyId: string }).replyId);
    const wished = { replyIds: ids.slice(1), subject: 'w' };
    const key = { 'idempotency-key': randomUUID() };
    const split = await post(`/${x.ticketId}/split`, amir, wished, key);
    expect(split).toMatchObject({ status: 201, body: { ticketId: x.ticketId, version: 5, newNumber: 'GU-1003' } });
    expect((await post(`/${x.ticketId}/split`, amir, wished, key)).body).toEqual(split.body);
    const { newTicketId } = split.body as { newTicketId: string };
    expect(await said(rita, x.ticketId)).toEqual(['about x', 'split']);
    expect(await detail(rita, newTicketId)).toMatchObject({
      ...{ status: 'open', subject: 'w', body: 'about w', requester: { id: 'rita' } },
      conversation: { items: [{ body: 'more about w', author: { kind: 'requester' } }] },
    });
    expect(await post(`/${x.ticketId}/split`, amir, wished)).toEqual(problem(409, 'reply-moved'));
  });

  it('is of one requester’s messages that are there', async () => {
    const { rita, mallory, amir, x, y, post, merge, reply, said, read } = await scene();
    await merge(x.ticketId, y.ticketId, across);
    const idOf = ({ body }: TestAnswer) => (body as { replyId: string }).replyId;
    const ofRita = idOf(await reply(rita, x.ticketId, 'of rita'));
    const ofMallory = idOf(await reply(mallory, y.ticketId, 'of mallory'));
    const split = (...replyIds: string[]) => post(`/${y.ticketId}/split`, amir, { replyIds });
    expect(await split(ofRita, ofMallory)).toEqual(problem(409, 'different-requesters'));
    expect(await split(randomUUID())).toEqual(problem(422, 'unknown-reply'));
    const { newTicketId } = (await split(ofRita)).body as { newTicketId: string };
    expect(await said(mallory, y.ticketId)).toEqual(['of mallory']);
    expect((await read(mallory, newTicketId)).status).toBe(404);
    expect(await said(rita, newTicketId)).toEqual([]);
  });
});

it('is the same when the view is rebuilt', async () => {
  const { rita, amir, x, y, post, merge, reply, detail } = await scene();
  await merge(x.ticketId, y.ticketId, across);
  const { replyId } = (await reply(rita, x.ticketId, 'x merged')).body as { replyId: string };
  await post(`/${y.ticketId}/split`, amir, { replyIds: [replyId] });
  await post(`/${x.ticketId}/unmerge`, amir);
  await detail(rita, x.ticketId);
  const admin = intake.host.host.app.get(ProjectionAdmin, { strict: false });
  expect(await admin.verify('ticket-view')).toMatchObject({ equal: true });
});
