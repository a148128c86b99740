import { randomUUID } from 'node:crypto';
import type { TestCaller, TestHost } from '@guichet/http-host/testing';
import { people, startTestIntake, type TestIntake } from '../testing/test-intake.module.js';

let intake: TestIntake;
let another: TestHost;
beforeAll(async () => {
  intake = await startTestIntake();
  another = await intake.startAnother();
});
afterAll(() => intake.stop());

const tickets = '/intake/v1/tickets';
const send = (host: TestHost, as: TestCaller, key: string, body: unknown, path = '') =>
  host.call(`${tickets}${path}`, { as, body, headers: { 'idempotency-key': key } });
const numberOf = ({ body }: { body: unknown }) => (body as { number: string }).number;
const idOf = ({ body }: { body: unknown }) => (body as { ticketId: string }).ticketId;

describe('the same key and body', () => {
  it('gets the first answer again, also from another instance', async () => {
    const { rita } = people();
    const key = randomUUID();
    const first = await send(intake.host, rita, key, { subject: 'Charged twice' });
    expect(first).toMatchObject({ status: 201, body: { number: 'GU-1001' } });
    for (const host of [intake.host, another]) {
      const again = await send(host, rita, key, { subject: 'Charged twice' });
      expect(again).toMatchObject({ status: 201, body: first.body as object });
      for (const header of ['etag', 'guichet-position']) {
        expect(again.headers.get(header)).toBe(first.headers.get(header));
      }
    }
    // No number was used up by the repetitions.
    expect(numberOf(await send(another, rita, randomUUID(), { subject: 'Another matter' }))).toBe('GU-1002');
  });

  it('gets the warning of the first time, whatever has become of the duplicate', async () => {
    const { rita } = people();
    const first = await send(intake.host, rita, randomUUID(), { subject: 'Charged twice' });
    const after = { 'guichet-after': first.headers.get('guichet-position') ?? '' };
    await intake.host.call(`${tickets}/${idOf(first)}`, { as: rita, headers: after });
    const key = randomUUID();
    const second = await send(intake.host, rita, key, { subject: 'Charged twice!' });
    expect(second.body).toMatchObject({ possibleDuplicates: [{ ticketId: idOf(first), number: 'GU-1001' }] });
    const closed = await intake.host.call(`${tickets}/${idOf(first)}/close`, { as: rita, body: {} });
    const position = { 'guichet-after': closed.headers.get('guichet-position') ?? '' };
    await intake.host.call(`${tickets}/${idOf(first)}`, { as: rita, headers: position });
    expect((await send(intake.host, rita, key, { subject: 'Charged twice!' })).body).toEqual(second.body);
  });

  it('opens one ticket when it comes many times at once, to two instances', async () => {
    const { rita } = people();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        send(i % 2 ? another : intake.host, rita, key, { subject: 'Charged twice' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(201));
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
  });

  it('adds one reply, whatever has happened since', async () => {
    const { rita } = people();
    const ticketId = idOf(await send(intake.host, rita, randomUUID(), { subject: 'Charged twice' }));
    const key = randomUUID();
    const first = await send(intake.host, rita, key, { body: 'Again!' }, `/${ticketId}/replies`);
    await intake.host.call(`${tickets}/${ticketId}/close`, { as: rita, body: {} });
    const again = await send(another, rita, key, { body: 'Again!' }, `/${ticketId}/replies`);
    expect(again).toMatchObject({ status: 201, body: first.body as object });
    expect(again.headers.get('etag')).toBe('"2"');
  });

  it('is another request from another person or tenant', async () => {
    const [{ rita, mallory }, elsewhere] = [people(), people()];
    const key = randomUUID();
    const ids = await Promise.all(
      [rita, mallory, elsewhere.rita].map(async (as) =>
        idOf(await send(intake.host, as, key, { subject: 'Same key' })),
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe('the same key with another request', () => {
  it('is refused, and nothing changes', async () => {
    const { rita } = people();
    const key = randomUUID();
    const first = await send(intake.host, rita, key, { subject: 'Charged twice' });
    const ticketId = idOf(first);
    const refused = { status: 409, body: { code: 'idempotency-key-reused' } };
    expect(await send(another, rita, key, { subject: 'Charged three times' })).toMatchObject(refused);
    expect(await send(intake.host, rita, key, { body: 'Reply' }, `/${ticketId}/replies`)).toMatchObject(refused);
    const shown = await intake.host.call(`${tickets}/${ticketId}`, {
      as: rita,
      headers: { 'guichet-after': first.headers.get('guichet-position') ?? '' },
    });
    expect(shown.body).toMatchObject({ subject: 'Charged twice', version: 1 });
  });

  it('is refused to all but one when they come at once, to two instances', async () => {
    const { rita } = people();
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => send(i % 2 ? another : intake.host, rita, key, { subject: `Request ${i}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
  });
});

it('keeps its memory over a restart', async () => {
  const { rita } = people();
  const key = randomUUID();
  const before = await intake.startAnother();
  const first = await send(before, rita, key, { subject: 'Charged twice' });
  await before.stop();
  const restarted = await intake.startAnother();
  expect((await send(restarted, rita, key, { subject: 'Charged twice' })).body).toEqual(first.body);
  expect((await send(restarted, rita, key, { subject: 'Something else' })).status).toBe(409);
});

it('hands out every number once, on two instances', async () => {
  const { rita } = people();
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      send(i % 2 ? another : intake.host, rita, randomUUID(), { subject: `No. ${i}` }),
    ),
  );
  const numbers = answers.map(numberOf).sort();
  expect(numbers).toEqual(Array.from({ length: 60 }, (_, i) => `GU-${1001 + i}`));
});
