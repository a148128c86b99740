import { randomUUID } from 'node:crypto';
import { ProjectionAdmin } from '@guichet/event-sourcing';
import { type TestCaller } from '@guichet/http-host/testing';
import { type Routing, startRouting } from '../../testing/routing-host.js';

interface Marked {
  readonly text: string;
  readonly marks: readonly { readonly start: number; readonly end: number }[];
}
interface Item {
  readonly ticket: { readonly ticketId: string; readonly number: string };
  readonly subject: Marked;
  readonly snippet: (Marked & { readonly kind: string; readonly at: string }) | null;
  readonly carriedOnBy: { readonly ticketId: string; readonly number: string } | null;
}
interface Answer {
  readonly items: Item[];
  readonly total: number | null;
  readonly complete: boolean;
  readonly corrected: string | null;
  readonly nextCursor: string | null;
}

let routing: Routing;
const ids: Record<string, string> = {};
let positions: string[] = [];
const after = () => ({ 'guichet-after': positions.join(', ') });

const ask = (q: string, as: TestCaller = routing.amir, query = '') =>
  routing.call(`/search?q=${encodeURIComponent(q)}${query}`, { as, headers: after() });
async function search(q: string, as?: TestCaller, query?: string): Promise<Answer> {
  const answer = await ask(q, as, query);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body as Answer;
}
const numbers = async (q: string, as?: TestCaller) => (await search(q, as)).items.map(({ ticket }) => ticket.number);
const marked = ({ text, marks }: Marked) => marks.map(({ start, end }) => text.slice(start, end));
/** The last position of each log, for the next question. */
const seen = (intake: number, own?: string | null) => {
  positions = [`intake=${intake}`, ...(own ? [own] : positions.filter((one) => one.startsWith('routing')))];
};

beforeAll(async () => {
  routing = await startRouting();
  const { intake, amir, supervisor } = routing;
  const open = async (name: string, more: object) => {
    const ticketId = (ids[name] = randomUUID());
    seen(await intake.open(ticketId, { departmentId: 'billing', locale: 'en', ...more }));
    await routing.call(`/tickets/${ticketId}`, { as: supervisor, headers: after() });
  };
  await open('charged', {
    number: 'GU-1',
    subject: 'Charged twice',
    body: 'Two payments on my card.',
    at: '2026-01-05T09:00:00.000Z',
  });
  await open('zwrot', {
    ...{ number: 'GU-2', subject: 'Zwrot pieniędzy', body: 'Proszę o zwrot.', locale: 'pl' },
    ...{
      requesterId: randomUUID(),
      requesterName: 'Łukasz Żak',
      requesterEmail: 'lukasz@example.org',
      at: '2026-02-05T09:00:00.000Z',
    },
  });
  await open('terminal', {
    number: 'GU-3',
    subject: 'Terminal',
    departmentId: 'technical',
    at: '2026-03-05T09:00:00.000Z',
  });
  await open('orphan', {
    number: 'GU-4',
    subject: 'Une facture',
    locale: 'fr',
    requesterName: 'Anna',
    tags: ['refund'],
  });
  const act = async (name: string, path: string, body: object = {}) => {
    const { status, headers } = await routing.call(`/tickets/${ids[name]}/${path}`, { as: amir, body });
    expect(status).toBeLessThan(300);
    positions = [...positions.filter((one) => one.startsWith('intake')), headers.get('guichet-position')!];
  };
  await act('charged', 'notes', { body: 'The bookings of terminal 7 are doubled.' });
  await act('charged', 'replies', { body: 'Which invoice was it?' });
  await act('charged', 'tags', { tags: ['Money Back', 'vip'] });
  await act('charged', 'tags', { tags: ['Money Back'] });
  await act('zwrot', 'resolve');
  const reply = { replyId: randomUUID(), body: 'It was invoice 2001.' };
  seen(await intake.tell(ids['charged']!, 'RequesterReplied', reply));
}, 60_000);
afterAll(() => routing.stop());

it.each([
  ['the subject', 'charged', ['GU-1']],
  ['the request', 'payments', ['GU-1']],
  ['another form of a word', 'payment', ['GU-1']],
  ['words without accents', 'pieniedzy', ['GU-2']],
  ['a letter wrong', 'pieniedsy', ['GU-2']],
  ['an answer and a note together', 'invoice bookings', ['GU-1']],
  ['what the requester wrote later', '2001', ['GU-1']],
  ['no number that is one away', '2002', []],
  ['tags', 'money', ['GU-1']],
  ['no tag that was taken away', 'vip', []],
  ['people', 'lukasz zak', ['GU-2']],
  ['the number', 'gu-2', ['GU-2']],
  ['subjects before what was said', 'terminal', ['GU-3', 'GU-1']],
  ['from:', 'from:lukasz@example.org', ['GU-2']],
  ['from: in quotation marks', 'from:"Łukasz Żak" zwrot', ['GU-2']],
  ['from: apart from what was said', 'from:terminal', []],
  ['tag:', 'tag:"money back"', ['GU-1']],
  ['tag: as a whole', 'tag:money', []],
  ['tags of the opening', 'tag:refund', ['GU-4']],
  ['in:', 'terminal in:billing', ['GU-1']],
  ['in: by name', 'terminal in:Technical', ['GU-3']],
  ['is:', 'zwrot is:resolved', ['GU-2']],
  ['is: the other way', 'zwrot is:open', []],
  ['nothing but operators', 'in:technical', ['GU-3']],
  ['before:', 'terminal before:2026-02-01', ['GU-1']],
  ['after:', 'terminal after:2026-02-01', ['GU-3']],
])('finds %s', async (_what, q, expected) => expect(await numbers(q)).toEqual(expected));

it('shows the ticket, where its words stand, and what was read', async () => {
  const [charged] = (await search('invoice charged')).items;
  expect(charged).toMatchObject({ ticket: { ticketId: ids['charged'], number: 'GU-1', status: 'waiting' } });
  expect(marked(charged!.subject)).toEqual(['Charged']);
  expect(charged!.snippet!.kind).toMatch(/answer|message/);
  expect(marked(charged!.snippet!)).toEqual(['invoice']);
  expect((await search('bookings')).items[0]).toMatchObject({ snippet: { kind: 'note' } });
  expect(await search('facturre')).toMatchObject({ corrected: 'facture', total: 1, complete: true, nextCursor: null });
  expect(await search('facture')).toMatchObject({ corrected: null });
});

it('pages, best first', async () => {
  const first = await search('terminal', undefined, '&limit=1');
  expect(first).toMatchObject({ total: 2, items: [{ ticket: { number: 'GU-3' } }] });
  const second = await search('terminal', undefined, `&limit=1&cursor=${first.nextCursor}`);
  expect(second).toMatchObject({ nextCursor: null, items: [{ ticket: { number: 'GU-1' } }] });
  const stolen = await ask('charged', undefined, `&cursor=${first.nextCursor}`);
  expect(stolen).toMatchObject({ status: 400 });
});

it.each([
  ['a'.repeat(301), 'query-too-long', /300/],
  [Array.from({ length: 40 }, (_, i) => `w${i}`).join(' '), 'too-many-words', /32/],
  ['state:open', 'unknown-operator', /`in:`.*`is:`.*`from:`.*`tag:`.*`before:`.*`after:`/],
  ['is:lost', 'wrong-operator', /waiting, assigned, paused/],
  ['before:soon', 'wrong-operator', /2026-03-01/],
  ['in:nowhere', 'unknown-department', /in:billing, in:technical/],
])('refuses %.20s…', async (q, code, detail) =>
  expect(await ask(q)).toMatchObject({ status: 422, body: { code, detail: expect.stringMatching(detail) } }),
);

it.each(["' or 1=1; --", '%_\\', '☃', '👍🏽', '"', ':', 'a:', '\\u0000'])('takes %s', async (q) =>
  expect((await ask(q)).status).toBe(200),
);

it('finds for agents what they may see', async () => {
  const { supervisor, bea } = routing;
  await routing.call('/agents', {
    as: supervisor,
    body: { agentId: 'bea', name: 'Bea', departmentIds: ['technical'] },
  });
  const scope = (value: string) => routing.call('/desk/department-scope', { as: supervisor, body: { scope: value } });
  await scope('members');
  expect(await numbers('terminal', bea)).toEqual(['GU-3']);
  expect(await numbers('charged', bea)).toEqual([]);
  expect(await numbers('in:billing', bea)).toEqual([]);
  expect(await numbers('terminal', supervisor)).toHaveLength(2);
  await scope('open');
  expect(await numbers('terminal', bea)).toHaveLength(2);
  const elsewhere = { ...supervisor, tenantId: randomUUID() };
  expect((await routing.call('/search?q=terminal', { as: elsewhere })).body).toMatchObject({ items: [], total: 0 });
});

it('follows merges, splits and spam, and back', async () => {
  const { intake } = routing;
  const [source, target] = [randomUUID(), randomUUID()];
  await intake.open(target, { number: 'GU-11', subject: 'Umbrella', locale: 'en' });
  await intake.open(source, { number: 'GU-12', subject: 'Parasol', locale: 'en' });
  const replyId = randomUUID();
  seen(await intake.tell(source, 'RequesterReplied', { replyId, body: 'And a raincoat.' }));
  expect(await numbers('raincoat')).toEqual(['GU-12']);
  seen(await intake.tell(source, 'TicketMerged', { intoTicketId: target }));
  const [merged] = (await search('raincoat')).items;
  expect(merged).toMatchObject({ ticket: { number: 'GU-12' }, carriedOnBy: { ticketId: target, number: 'GU-11' } });
  expect(await numbers('raincoat is:merged')).toEqual(['GU-12']);
  seen(await intake.tell(source, 'TicketUnmerged', { fromTicketId: target }));
  expect((await search('raincoat')).items[0]).toMatchObject({ carriedOnBy: null });
  const moved = randomUUID();
  await intake.tell(source, 'TicketSplit', {
    intoTicketId: moved,
    replies: [{ replyId, at: '2026-03-02T09:00:00.000Z' }],
  });
  seen(
    await intake.open(moved, {
      number: 'GU-13',
      subject: 'Coats',
      body: 'And a raincoat.',
      locale: 'en',
      splitFrom: source,
    }),
  );
  expect(await numbers('raincoat')).toEqual(['GU-13']);
  seen(await intake.tell(source, 'TicketMarkedSpam', {}));
  expect(await numbers('parasol')).toEqual([]);
  expect(await numbers('parasol is:spam')).toEqual(['GU-12']);
  seen(await intake.tell(source, 'TicketUnmarkedSpam', {}));
  expect(await numbers('parasol')).toEqual(['GU-12']);
});

it('has rows that equal a fold from zero', async () => {
  await search('terminal');
  const admin = routing.host.host.app.get(ProjectionAdmin, { strict: false });
  expect(await admin.verify('ticket-search')).toMatchObject({ equal: true });
  expect(await admin.parked()).toEqual([]);
}, 60_000);
