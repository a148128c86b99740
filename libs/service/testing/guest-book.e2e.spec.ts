/** The guest book, made as docs/how-to.md says, over both engines of the feed. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { EmbeddedFeed, type FeedEngine, KafkaFeed } from '@guichet/messaging';
import { describeWithKafka, until } from '@guichet/testing';
import { type GuestBookScene, startGuestBook } from './guest-book-scene.js';
import { withGuestBook } from './guest-book/guest-book.module.js';

const root = resolve(import.meta.dirname, '../../..');
const folder = join(import.meta.dirname, 'guest-book');
const files = readdirSync(folder).map((name) => join(folder, name));

it('is made of fewer than 150 lines', () => {
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n'));
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.length).toBeLessThan(150);
});

it('has the files that the how-to names, and no other', () => {
  const [, steps = ''] = readFileSync(join(root, 'docs/how-to.md'), 'utf8').split('## … add a service\n');
  const [own = ''] = steps.split('\n## ');
  const named = [...own.matchAll(/`(libs\/service\/testing\/guest-book\/[^`]+)`/g)].map(([, file]) => file!);
  expect([...new Set(named)].sort()).toEqual(files.map((file) => relative(root, file)).sort());
});

const itKeepsGuests = (create: () => FeedEngine) => {
  let scene: GuestBookScene;
  const [acme, rival] = [randomUUID(), randomUUID()].map((tenantId) => ({ tenantId, roles: ['requester'] as const }));
  const guestsOf = (bookId: string) => `/guestbook/v1/books/${bookId}/guests`;

  beforeAll(async () => {
    scene = await startGuestBook(create());
  }, 60_000);
  afterAll(() => scene.stop(), 60_000);

  it('signs, shows what was signed to its tenant, and tells those who follow', async () => {
    const book = randomUUID();
    const signed = await scene.host.call(guestsOf(book), { as: acme!, body: { guest: 'Ada' } });
    expect(signed).toMatchObject({ status: 201, body: { guest: 'Ada' } });
    const headers = { 'guichet-after': signed.headers.get('guichet-position') ?? '' };
    expect(headers['guichet-after']).toMatch(/^guestbook=\d+$/);
    expect((await scene.host.call(guestsOf(book), { as: acme!, headers })).body).toEqual({ guests: ['Ada'] });
    expect((await scene.host.call(guestsOf(book), { as: rival!, headers })).body).toEqual({ guests: [] });
    const told = await until('the follower to hear of it', async () => {
      const events = await scene.received.reader.read(0, 100);
      return events.find(({ data }) => (data as { bookId?: string }).bookId === book);
    });
    expect(told).toMatchObject({ type: 'GuestSigned', data: { bookId: book, guest: 'Ada' }, streamId: `book-${book}` });
  }, 90_000);

  it('takes a guest who signs twice for signed already', async () => {
    const book = randomUUID();
    const sign = () => scene.host.call(guestsOf(book), { as: acme!, body: { guest: 'Grace' } });
    const [once, twice] = [await sign(), await sign()];
    expect([once.status, twice.status]).toEqual([201, 201]);
    expect(twice.headers.get('etag')).toBe(once.headers.get('etag'));
  });

  it('has what every service has: refusals, readiness, operators’ endpoints', async () => {
    const refused = await scene.host.call(guestsOf(randomUUID()), { as: acme!, body: { guest: '' } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect((await scene.host.call('/health/ready')).status).toBe(200);
    const operator = { tenantId: null, roles: ['operator'] as const };
    const parked = await scene.host.call('/guestbook/v1/operations/parked', { as: operator });
    expect(parked).toMatchObject({ status: 200, body: { items: [] } });
  });
};

describe('the guest book in one process', () => itKeepsGuests(() => new EmbeddedFeed()));

describeWithKafka('the guest book over Kafka', (kafka) => {
  const [topicPrefix, partitions] = [`${randomUUID()}.`, 3];
  const options = { clientId: 'guestbook', topicPrefix, partitions, contracts: withGuestBook };
  itKeepsGuests(() => new KafkaFeed({ ...options, brokers: kafka.brokers }));
});
