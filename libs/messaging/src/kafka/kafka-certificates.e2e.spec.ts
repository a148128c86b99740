import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnKafka, describeWithKafka, freePort, startOwnKafka, until } from '@guichet/testing';
import { Authority, type Certificate } from '../conformance/certificates.js';
import { FeedWorld } from '../conformance/feed-world.js';
import { KafkaFeed } from './kafka-feed.js';
import type { TlsOptions } from './kafka-options.js';

const ours = new Authority();
const theirs = new Authority();
/** What the broker shows, by listener. */
const shown = {
  good: ours.issue({ host: 'localhost' }),
  expired: ours.issue({ host: 'localhost', validDays: -1 }),
  elsewhere: ours.issue({ host: 'kafka.example.org' }),
  foreign: theirs.issue({ host: 'localhost' }),
  /** Asks the client for one as well. */
  mutual: ours.issue({ host: 'localhost' }),
} satisfies Record<string, Certificate>;
type Listener = keyof typeof shown;

describeWithKafka('the Kafka feed and certificates', () => {
  let folder: string;
  let kafka: OwnKafka;
  let world: FeedWorld;
  const portOf = new Map<Listener, number>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guichet-kafka-certificates-'));
    for (const name of Object.keys(shown) as Listener[]) portOf.set(name, await freePort());
    const properties = join(folder, 'tls.properties');
    await writeFile(properties, await secureListeners(folder, portOf));
    kafka = await startOwnKafka({ properties });
    world = await FeedWorld.create();
    await world.write(20);
  }, 90_000);
  afterAll(async () => {
    await world.end();
    await kafka.stop();
    await rm(folder, { recursive: true });
  });

  const begin = async (listener: Listener, tls: TlsOptions) => {
    const brokers = [`localhost:${portOf.get(listener)}`];
    const feed = new KafkaFeed({ brokers, clientId: 'test', topicPrefix: `${randomUUID()}.`, partitions: 1, tls });
    await world.publish(feed);
    await world.follow(feed);
    return feed;
  };

  const ca = ours.cert;
  const wrong: [string, Listener, TlsOptions, RegExp][] = [
    ['whose certificate is over', 'expired', { ca }, /certificate has expired/],
    ['whose certificate is for another host', 'elsewhere', { ca }, /altnames|not in the cert/i],
    ['whose certificate an unknown authority has signed', 'foreign', { ca }, /unable to verify|local issuer/],
    ['that is unknown to the system’s authorities', 'good', {}, /unable to verify|local issuer/],
    ['that asks for the client’s certificate, and gets none', 'mutual', { ca }, /alert (bad|certificate req)/],
    ['that asks, and gets one of another authority', 'mutual', { ca, ...theirs.issue() }, /alert|certificate/],
    ['that asks, and gets one that is over', 'mutual', { ca, ...ours.issue({ validDays: -1 }) }, /alert|certificate/],
  ];

  describe('does not talk to a broker', () => {
    const feeds = new Map<string, KafkaFeed>();
    // All at once: each takes a while to be sure.
    beforeAll(async () => {
      for (const [whom, listener, tls] of wrong) feeds.set(whom, await begin(listener, tls));
    });

    it.each(wrong)('%s: both sides say so, and keep trying', async (whom, _listener, _tls, why) => {
      const feed = feeds.get(whom)!;
      const problems = await until('both sides to be refused', async () => {
        const { problems: now } = await feed.status();
        return now.length >= 2 && now;
      });
      expect(problems).toEqual([expect.stringMatching(why), expect.stringMatching(why)]);
      expect(feed.live).toBe(true); // a new certificate may come, on either side
      expect((await feed.status()).publications).toMatchObject([{ position: 0, leading: false }]);
    });

    it('at all: nothing was received', async () => expect(await world.received()).toEqual([]));
  });

  it.each<[string, Listener, TlsOptions]>([
    ['whose certificate is right', 'good', { ca }],
    ['that asks for the client’s certificate, and gets the right one', 'mutual', { ca, ...ours.issue() }],
  ])('talks to a broker %s', async (_whom, listener, tls) => {
    const feed = await begin(listener, tls);
    await world.everythingArrived();
    await until('everything to be sent', async () => {
      const [publication] = (await feed.status()).publications;
      return publication && publication.position === publication.head;
    });
    expect((await feed.status()).problems).toEqual([]);
  });
});

async function secureListeners(folder: string, portOf: ReadonlyMap<Listener, number>): Promise<string> {
  const trusted = join(folder, 'trusted.pem');
  await writeFile(trusted, ours.cert);
  const lines: string[] = [];
  for (const [name, { cert, key }] of Object.entries(shown)) {
    const store = join(folder, `${name}.pem`);
    await writeFile(store, key + cert);
    const settings = {
      'keystore.type': 'PEM',
      'keystore.location': store,
      'truststore.type': 'PEM',
      'truststore.location': trusted,
      'client.auth': name === 'mutual' ? 'required' : 'none',
    };
    lines.push(...Object.entries(settings).map(([key, value]) => `listener.name.${name}.ssl.${key}=${value}`));
  }
  const names = [...portOf.keys()].map((name) => name.toUpperCase());
  const all = [
    'PLAINTEXT://localhost:{port}',
    'CONTROLLER://localhost:{controllerPort}',
    ...[...portOf].map(([name, port]) => `${name.toUpperCase()}://localhost:${port}`),
  ].join();
  const kinds = ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT', ...names.map((name) => `${name}:SSL`)].join();
  return [
    `listeners=${all}`,
    `advertised.listeners=${all}`,
    `listener.security.protocol.map=${kinds}`,
    'inter.broker.listener.name=PLAINTEXT',
    ...lines,
  ].join('\n');
}
