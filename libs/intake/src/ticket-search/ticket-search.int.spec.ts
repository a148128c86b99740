import { randomUUID } from 'node:crypto';
import type { TestAnswer, TestCaller } from '@guichet/http-host/testing';
import { people, startTestIntake, type TestIntake } from '../testing/test-intake.module.js';

let intake: TestIntake;
beforeAll(async () => {
  intake = await startTestIntake();
});
afterAll(() => intake.stop());

interface Marked {
  readonly text: string;
  readonly marks: readonly { readonly start: number; readonly end: number }[];
}
interface Answer {
  readonly items: {
    readonly ticket: { readonly ticketId: string; readonly number: string };
    readonly subject: Marked;
    readonly snippet: (Marked & { readonly kind: string }) | null;
  }[];
  readonly total: number;
  readonly complete: boolean;
  readonly corrected: string | null;
  readonly nextCursor: string | null;
}

const positionOf = ({ headers }: TestAnswer) => headers.get('guichet-position') ?? '';
const post = (path: string, as: TestCaller, body: object) =>
  intake.host.call(`/intake/v1/tickets${path}`, { as, body });
async function open(as: TestCaller, body: object) {
  const answer = await post('', as, body);
  expect(answer.status).toBe(201);
  return { ...(answer.body as { ticketId: string; number: string }), position: positionOf(answer) };
}
const ask = (q: string, as: TestCaller, after = '', query = '') =>
  intake.host.call(`/intake/v1/search?q=${encodeURIComponent(q)}${query}`, { as, headers: { 'guichet-after': after } });
async function search(q: string, as: TestCaller, after?: string, query?: string): Promise<Answer> {
  const answer = await ask(q, as, after, query);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as Answer;
}
const subjects = async (q: string, as: TestCaller, after?: string) =>
  (await search(q, as, after)).items.map(({ subject }) => subject.text);
const marked = ({ text, marks }: Marked) => marks.map(({ start, end }) => text.slice(start, end));

it('finds what the requester wrote and was answered: by any form, without accents, with a letter wrong', async () => {
  const { tenantId, rita } = people();
  const { ticketId, number } = await open(rita, {
    subject: 'Zwrot pieniędzy',
    body: 'Proszę o fakturę.',
    locale: 'pl',
  });
  const { position } = await open(rita, { subject: 'Charged twice', body: 'Order 2001.', locale: 'en' });
  const told = await intake.routing.tell(tenantId, 'AgentReplied', {
    ...{ ticketId, replyId: randomUUID(), agentId: 'amir', body: 'Dziękujemy za cierpliwość.', automatic: false },
  });
  const after = `${position}, routing=${told}`;
  const refund = ['Zwrot pieniędzy'];
  for (const q of [
    'zwrot',
    'pieniedzy',
    'faktury',
    'zwrot fakture',
    'cierpliwosc',
    number,
    'pieniedsy',
    'is:open zwrot',
  ])
    expect([q, await subjects(q, rita, after)]).toEqual([q, refund]);
  expect(await subjects('2001', rita)).toEqual(['Charged twice']);
  for (const q of ['2002', 'zwrot charged', 'is:closed zwrot', 'zwrot before:2020-01-01'])
    expect([q, await subjects(q, rita)]).toEqual([q, []]);
  expect(await subjects('is:open', rita)).toEqual(['Charged twice', 'Zwrot pieniędzy']);
  const { items, corrected } = await search('cierpliwosc pieniedsy', rita);
  expect(marked(items[0]!.subject)).toEqual(['pieniędzy']);
  expect(items[0]!.snippet).toMatchObject({ kind: 'agent-reply' });
  expect(marked(items[0]!.snippet!)).toEqual(['cierpliwość']);
  expect(corrected).toBe('cierpliwosc pieniedzy');
});

it('finds nothing of anybody else’s', async () => {
  const { rita, mallory, amir } = people();
  const { ticketId: mine } = await open(rita, { subject: 'Mine', body: 'A secret.' });
  const { ticketId: theirs } = await open(mallory, { subject: 'Theirs', body: 'Nothing.' });
  const merged = await post(`/${mine}/merge`, amir, { intoTicketId: theirs, acrossRequesters: true });
  expect(merged.status).toBe(200);
  // Written on a ticket that is merged, it is carried to the other requester's.
  const reply = await post(`/${mine}/replies`, rita, { body: 'Another secret: umbrella.' });
  expect(reply.status).toBe(201);
  const after = positionOf(reply);
  expect(await subjects('secret', mallory, after)).toEqual([]);
  expect(await subjects('umbrella', mallory, after)).toEqual([]);
  expect(await subjects('umbrella', rita, after)).toEqual(['Mine']);
  const elsewhere = { ...rita, tenantId: randomUUID() };
  expect(await search('secret', elsewhere)).toMatchObject({ items: [], total: 0 });
  expect((await ask('secret', amir)).status).toBe(403);
});

it('finds what a split moved where it is now', async () => {
  const { rita, amir } = people();
  const { ticketId } = await open(rita, { subject: 'First', body: 'Hello.' });
  const { body } = await post(`/${ticketId}/replies`, rita, { body: 'An umbrella.' });
  const { replyId } = body as { replyId: string };
  const split = await post(`/${ticketId}/split`, amir, { replyIds: [replyId], subject: 'Second' });
  expect(split.status).toBe(201);
  expect(await subjects('umbrella', rita, positionOf(split))).toEqual(['Second']);
});

it('pages', async () => {
  const { rita } = people();
  let last = '';
  for (const subject of ['Lamp one', 'Lamp two', 'Lamp three']) last = (await open(rita, { subject })).position;
  const first = await search('lamp', rita, last, '&limit=2');
  expect(first).toMatchObject({ total: 3, complete: true });
  const rest = await search('lamp', rita, last, `&limit=2&cursor=${first.nextCursor}`);
  expect(rest.nextCursor).toBeNull();
  expect(new Set([...first.items, ...rest.items].map(({ ticket }) => ticket.number)).size).toBe(3);
});

it.each([
  ['a'.repeat(301), 'query-too-long'],
  [Array.from({ length: 40 }, (_, i) => `w${i}`).join(' '), 'too-many-words'],
  ['from:anna', 'unknown-operator'],
  ['is:lost', 'wrong-operator'],
])('refuses %.20s…', async (q, code) =>
  expect(await ask(q, people().rita)).toMatchObject({ status: 422, body: { code } }),
);
