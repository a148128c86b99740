import { randomUUID } from 'node:crypto';
import type { TestAnswer, TestCaller } from '@guichet/http-host/testing';
import { people, startTestIntake, type TestIntake } from '../testing/test-intake.module.js';

interface Opened {
  readonly ticketId: string;
  readonly number: string;
  readonly version: number;
  readonly possibleDuplicates: readonly { ticketId: string; number: string }[];
}

let intake: TestIntake;
beforeAll(async () => {
  intake = await startTestIntake();
});
afterAll(() => intake.stop());

const tickets = '/intake/v1/tickets';
const post = (path: string, as: TestCaller, body: unknown = {}, headers: Record<string, string> = {}) =>
  intake.host.call(`${tickets}${path}`, { as, body, headers });
const open = async (as: TestCaller, body: object = {}): Promise<Opened & { position: string }> => {
  const answer = await post('', as, { subject: `Subject ${randomUUID()}`, ...body });
  expect(answer.status).toBe(201);
  return { ...(answer.body as Opened), position: answer.headers.get('guichet-position') ?? '' };
};
const read = (as: TestCaller, ticketId: string, after = '') =>
  intake.host.call(`${tickets}/${ticketId}`, { as, headers: { 'guichet-after': after } });
const after = ({ headers }: TestAnswer) => headers.get('guichet-position') ?? '';
const problem = (status: number, code: string) =>
  expect.objectContaining({ status, body: expect.objectContaining({ code, status }) });

describe('opening', () => {
  it('answers with number, version, position and address, and shows the ticket', async () => {
    const { rita } = people();
    const answer = await post('', rita, {
      subject: 'Charged twice',
      body: 'See the invoice',
      priority: 'high',
      tags: ['money'],
    });
    expect(answer).toMatchObject({ status: 201, body: { number: 'GU-1001', version: 1, possibleDuplicates: [] } });
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(after(answer)).toMatch(/^intake=\d+$/);
    const { ticketId } = answer.body as Opened;
    const shown = await read(rita, ticketId, after(answer));
    expect(shown.headers.get('etag')).toBe('"1"');
    expect(shown.body).toMatchObject({
      ticketId,
      number: 'GU-1001',
      status: 'open',
      requester: { id: 'rita', name: 'rita', email: 'rita@example.org' },
      subject: 'Charged twice',
      body: 'See the invoice',
      channel: 'portal',
      priority: 'high',
      tags: ['money'],
      conversation: { items: [], earlierCursor: null },
    });
  });

  it('reads device and language from the headers', async () => {
    const { rita } = people();
    const iPad =
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15';
    const headers = { 'user-agent': iPad, 'accept-language': 'de;q=0.5, fr-CH' };
    const answer = await post('', rita, { subject: 'From a tablet', touch: true }, headers);
    const shown = await read(rita, (answer.body as Opened).ticketId, after(answer));
    expect(shown.body).toMatchObject({ device: 'tablet', locale: 'fr-CH' });
  });

  it('lets staff open on behalf of a requester, who then sees it', async () => {
    const { rita, amir } = people();
    const requester = { id: 'rita', name: 'Rita R.', email: 'rita@example.org' };
    const { ticketId, position } = await open(amir, { requester, channel: 'phone' });
    const shown = await read(rita, ticketId, position);
    expect(shown).toMatchObject({
      status: 200,
      body: { requester, channel: 'phone', device: 'unknown', locale: 'und' },
    });
  });

  it('does not let a requester open for somebody else', async () => {
    const { rita } = people();
    expect(await post('', rita, { subject: 'Not mine', requester: { id: 'mallory' } })).toEqual(
      problem(403, 'not-on-behalf'),
    );
  });

  it('is for requesters and staff', async () => {
    const { analyst } = people();
    expect(await post('', analyst, { subject: 'Figures' })).toEqual(problem(403, 'role-needed'));
    expect(await intake.host.call(tickets, { body: { subject: 'Nobody' } })).toEqual(problem(401, 'not-authenticated'));
  });

  it.each([
    ['a missing subject', {}, 'subject', 'missing'],
    ['an empty subject', { subject: '  ' }, 'subject', 'invalid'],
    ['a subject too long', { subject: 'x'.repeat(301) }, 'subject', 'invalid'],
    ['a subject that is no text', { subject: 7 }, 'subject', 'invalid'],
    ['an unknown field', { subject: 'x', colour: 'red' }, 'colour', 'unknown-field'],
    [
      'an unknown nested field',
      { subject: 'x', requester: { id: 'r', phone: '1' } },
      'requester.phone',
      'unknown-field',
    ],
    ['an unknown channel', { subject: 'x', channel: 'pigeon' }, 'channel', 'invalid'],
    ['an unknown device', { subject: 'x', device: 'fridge' }, 'device', 'invalid'],
    ['a language that is none', { subject: 'x', locale: 'french!' }, 'locale', 'invalid'],
    ['a tag twice', { subject: 'x', tags: ['a', 'a'] }, 'tags', 'invalid'],
    ['null', { subject: null }, 'subject', 'invalid'],
    ['U+0000', { subject: 'a\u0000b' }, 'subject', 'invalid'],
    ['half a character', { subject: 'a\ud800b' }, 'subject', 'invalid'],
  ])('refuses %s and stores nothing', async (_, body, path, code) => {
    const { amir } = people();
    const answer = await post('', amir, body);
    expect(answer).toMatchObject({ status: 400, body: { status: 400, errors: [{ path, code }] } });
    const { body: list } = await intake.host.call(tickets, { as: amir });
    expect(list).toEqual({ items: [], nextCursor: null });
  });

  it('warns of a similar unfinished ticket of the same requester, and of nothing else', async () => {
    const { rita, mallory } = people();
    const first = await open(rita, { subject: 'Charged twice for order 1042' });
    const other = await open(rita, { subject: 'Cannot log in' });
    await read(rita, other.ticketId, other.position);
    const { possibleDuplicates } = await open(rita, { subject: 'Re: charged twice for my order 1042!' });
    expect(possibleDuplicates).toEqual([{ ticketId: first.ticketId, number: first.number }]);
    expect((await open(mallory, { subject: 'Charged twice for order 1042' })).possibleDuplicates).toEqual([]);
  });

  it('does not warn of a finished ticket', async () => {
    const { rita } = people();
    const first = await open(rita, { subject: 'Charged twice' });
    const closed = await post(`/${first.ticketId}/close`, rita);
    await read(rita, first.ticketId, after(closed));
    expect((await open(rita, { subject: 'Charged twice' })).possibleDuplicates).toEqual([]);
  });
});

describe('replies, closing, reopening', () => {
  it('are the requester’s own affair', async () => {
    const { rita, mallory, amir } = people();
    const { ticketId } = await open(rita);
    for (const action of ['close', 'reopen']) {
      expect(await post(`/${ticketId}/${action}`, mallory)).toEqual(problem(404, 'unknown-ticket'));
    }
    expect(await post(`/${ticketId}/replies`, mallory, { body: 'Hi' })).toEqual(problem(404, 'unknown-ticket'));
    expect(await post(`/${ticketId}/replies`, amir, { body: 'She called: still broken' })).toMatchObject({
      status: 201,
    });
  });

  it('are shown in the conversation, with their status', async () => {
    const { rita } = people();
    const { ticketId } = await open(rita);
    const replied = await post(`/${ticketId}/replies`, rita, { body: 'One more thing' });
    expect(replied).toMatchObject({ status: 201, body: { ticketId, version: 2 } });
    const closed = await post(`/${ticketId}/close`, rita, { reason: 'Found it myself' });
    expect(closed).toMatchObject({ status: 200, body: { ticketId, version: 3 } });
    expect(await post(`/${ticketId}/close`, rita)).toMatchObject({ status: 200, body: { version: 3 } });
    const shown = await read(rita, ticketId, after(closed));
    const { replyId } = replied.body as { replyId: string };
    const author = { kind: 'requester', id: 'rita' };
    expect(shown.body).toMatchObject({
      status: 'closed',
      version: 3,
      conversation: {
        items: [
          { id: replyId, kind: 'requester-reply', author, body: 'One more thing' },
          { kind: 'closed', author, body: 'Found it myself' },
        ],
      },
    });
    const again = await post(`/${ticketId}/replies`, rita, { body: 'It is back' });
    expect((await read(rita, ticketId, after(again))).body).toMatchObject({ status: 'open', version: 5 });
  });

  it('take commands without a body', async () => {
    const { rita } = people();
    const { ticketId } = await open(rita);
    const path = `${tickets}/${ticketId}/close`;
    expect(await intake.host.call(path, { method: 'POST', as: rita })).toMatchObject({ status: 200 });
  });

  it('answer for a ticket that does not exist, or an id that is none', async () => {
    const { rita } = people();
    expect(await post(`/${randomUUID()}/close`, rita)).toEqual(problem(404, 'unknown-ticket'));
    expect(await post(`/GU-1001/close`, rita)).toEqual(problem(400, 'invalid-request'));
  });
});

describe('another tenant', () => {
  it('finds nothing here', async () => {
    const [{ rita }, elsewhere] = [people(), people()];
    const { ticketId, position } = await open(rita);
    for (const stranger of [elsewhere.rita, elsewhere.amir]) {
      expect(await read(stranger, ticketId, position)).toEqual(problem(404, 'unknown-ticket'));
      expect(await post(`/${ticketId}/close`, stranger)).toEqual(problem(404, 'unknown-ticket'));
      expect(await post(`/${ticketId}/replies`, stranger, { body: 'Hi' })).toEqual(problem(404, 'unknown-ticket'));
    }
    const mine = await open(elsewhere.rita);
    const intoTheirs = await post(`/${mine.ticketId}/merge`, elsewhere.amir, { intoTicketId: ticketId });
    expect(intoTheirs).toEqual(problem(422, 'unknown-merge-target'));
    expect(await post(`/${ticketId}/spam`, elsewhere.amir)).toEqual(problem(404, 'unknown-ticket'));
    expect((await read(rita, ticketId)).body).toMatchObject({ status: 'open', version: 1 });
  });
});

describe('If-Match', () => {
  it('makes a command conditional', async () => {
    const { rita } = people();
    const { ticketId } = await open(rita);
    await post(`/${ticketId}/replies`, rita, { body: 'More' });
    const stale = await post(`/${ticketId}/close`, rita, {}, { 'if-match': '"1"' });
    expect(stale).toEqual(problem(412, 'stale-version'));
    expect(stale.body).toMatchObject({ expectedVersion: 1, actualVersion: 2 });
    expect(await post(`/${ticketId}/close`, rita, {}, { 'if-match': '"2"' })).toMatchObject({ status: 200 });
    expect(await post(`/${ticketId}/close`, rita, {}, { 'if-match': 'W/"2"' })).toEqual(
      problem(400, 'malformed-if-match'),
    );
  });
});

it('does not tell by If-Match that a ticket exists', async () => {
  const [{ rita, mallory }, elsewhere] = [people(), people()];
  const { ticketId } = await open(rita);
  for (const stranger of [mallory, elsewhere.rita, elsewhere.amir]) {
    const refused = await post(`/${ticketId}/close`, stranger, {}, { 'if-match': '"7"' });
    expect(refused).toEqual(problem(404, 'unknown-ticket'));
  }
});

describe('spam', () => {
  it('is marked and unmarked by staff', async () => {
    const { rita, amir } = people();
    const { ticketId } = await open(rita);
    expect(await post(`/${ticketId}/spam`, rita)).toEqual(problem(403, 'role-needed'));
    const marked = await post(`/${ticketId}/spam`, amir, { reason: 'Advertisement' });
    expect((await read(rita, ticketId, after(marked))).body).toMatchObject({ status: 'spam' });
    expect(await post(`/${ticketId}/replies`, rita, { body: 'Hello?' })).toEqual(problem(409, 'ticket-is-spam'));
    expect(await post(`/${ticketId}/spam`, amir)).toMatchObject({ status: 200, body: { version: 2 } });
    const unmark = { method: 'DELETE', as: amir };
    const unmarked = await intake.host.call(`${tickets}/${ticketId}/spam`, unmark);
    expect((await read(rita, ticketId, after(unmarked))).body).toMatchObject({ status: 'open', version: 3 });
    expect(await intake.host.call(`${tickets}/${ticketId}/spam`, unmark)).toMatchObject({ body: { version: 3 } });
  });
});

describe('merging', () => {
  it('redirects late replies along the chain', async () => {
    const { rita, amir } = people();
    const [a, b, c] = [await open(rita), await open(rita), await open(rita)];
    const merge = (from: Opened, into: Opened) =>
      post(`/${from.ticketId}/merge`, amir, { intoTicketId: into.ticketId });
    expect(await merge(a, b)).toMatchObject({ status: 200, body: { ticketId: a.ticketId, version: 2 } });
    expect(await merge(b, c)).toMatchObject({ status: 200 });
    expect(await merge(a, b)).toMatchObject({ status: 200, body: { version: 2 } });

    const headers = { 'idempotency-key': randomUUID(), 'if-match': '"2"' };
    const late = await post(`/${a.ticketId}/replies`, rita, { body: 'Any news?' }, headers);
    expect(late).toMatchObject({
      status: 201,
      body: { ticketId: c.ticketId, redirectedFrom: a.ticketId, version: 2 },
    });
    const again = await post(`/${a.ticketId}/replies`, rita, { body: 'Any news?' }, headers);
    expect(again.body).toEqual(late.body);

    const line = { kind: 'requester-reply', body: 'Any news?', redirectedFrom: a.ticketId };
    const carrier = await read(rita, c.ticketId, after(late));
    expect(carrier.body).toMatchObject({ version: 2, mergedFrom: [{ number: a.number }, { number: b.number }] });
    expect((carrier.body as { conversation: { items: object[] } }).conversation.items.at(-1)).toMatchObject(line);
    expect((await read(rita, a.ticketId)).body).toMatchObject({
      status: 'merged',
      mergedInto: b.ticketId,
      conversation: { items: [{ kind: 'merged' }, line] },
    });
    expect(await post(`/${a.ticketId}/close`, rita)).toMatchObject({
      status: 409,
      body: { code: 'ticket-merged', details: { intoTicketId: b.ticketId } },
    });
  });

  it('refuses circles, nonsense and requesters', async () => {
    const { rita, amir } = people();
    const [a, b, c] = [await open(rita), await open(rita), await open(rita)];
    const merge = (from: Opened, intoTicketId: string, as = amir) =>
      post(`/${from.ticketId}/merge`, as, { intoTicketId });
    expect(await merge(a, b.ticketId, rita)).toEqual(problem(403, 'role-needed'));
    expect(await merge(a, a.ticketId)).toEqual(problem(409, 'merge-into-itself'));
    expect(await merge(a, randomUUID())).toEqual(problem(422, 'unknown-merge-target'));
    expect(await merge(a, 'b')).toEqual(problem(400, 'invalid-request'));
    await merge(a, b.ticketId);
    await merge(b, c.ticketId);
    expect(await merge(c, a.ticketId)).toEqual(problem(409, 'merge-cycle'));
    expect(await merge(a, c.ticketId)).toEqual(problem(409, 'ticket-merged'));
  });

  it('lets only one of two crossing merges happen, on two instances', async () => {
    const { rita, amir } = people();
    const another = await intake.startAnother();
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await open(rita), await open(rita)];
      const merge = (host: typeof another, from: Opened, into: Opened) =>
        host.call(`${tickets}/${from.ticketId}/merge`, { as: amir, body: { intoTicketId: into.ticketId } });
      const answers = await Promise.all([merge(intake.host, a, b), merge(another, b, a)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });
});
