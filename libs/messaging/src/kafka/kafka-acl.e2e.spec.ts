import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { progressTopics, topics } from '@guichet/contracts';
import { type OwnKafka, describeWithKafka, freePort, startOwnKafka, until } from '@guichet/testing';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, type Admin, ResourcePatternTypes } from 'kafkajs';
import { FeedWorld } from '../conformance/feed-world.js';
import { clientOf, toldBy } from '../conformance/topic-contents.js';
import type { FeedObserver } from '../feed-observer.js';
import { KafkaFeed } from './kafka-feed.js';

type User = 'relay' | 'follower';
type Right = readonly [
  resource: keyof typeof AclResourceTypes,
  name: string,
  ...rights: (keyof typeof AclOperationTypes)[],
];
const passwordOf = { relay: randomUUID(), follower: randomUUID() };

describeWithKafka('the Kafka feed and a broker that gives no right to', () => {
  let folder: string;
  let kafka: OwnKafka;
  let broker: string;
  let admin: Admin;
  let world: FeedWorld;
  let prefix: string;
  let feeds: Record<User, KafkaFeed>;
  /** What the product's log would have said. */
  let failures: Record<User, string[]>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guichet-kafka-acl-'));
    const port = await freePort();
    broker = `localhost:${port}`;
    const properties = join(folder, 'acl.properties');
    await writeFile(properties, authorizing(port));
    kafka = await startOwnKafka({ properties });
    admin = clientOf(kafka.brokers).admin();
    await admin.connect();
  }, 90_000);
  afterAll(async () => {
    await admin.disconnect();
    await kafka.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    world = await FeedWorld.create();
    await world.project();
    prefix = `${randomUUID()}.`;
    failures = { relay: [], follower: [] };
    feeds = { relay: feedOf('relay'), follower: feedOf('follower') };
    await may('relay', ...rightsOf.relay());
    await may('follower', ...rightsOf.follower());
  });
  afterEach(() => world.end());

  const note = (user: User) => (_source: string, error: unknown) => failures[user].push(String(error));
  const feedOf = (user: User) => {
    const observe: FeedObserver = { sendFailed: note(user), receiveFailed: note(user) };
    const sasl = { mechanism: 'plain', username: user, password: passwordOf[user] } as const;
    return new KafkaFeed({ brokers: [broker], clientId: user, topicPrefix: prefix, partitions: 2, sasl, observe });
  };
  const events = () => `${prefix}${topics.intake}`;
  const progress = () => `${prefix}${progressTopics.intake}`;
  const rightsOf: Record<User, () => Right[]> = {
    relay: () => [
      ['TOPIC', events(), 'CREATE', 'DESCRIBE', 'WRITE', 'READ'],
      ['TOPIC', progress(), 'CREATE', 'DESCRIBE', 'WRITE'],
      ['GROUP', `${prefix}guichet.intake-relay-`, 'READ', 'DESCRIBE'],
    ],
    follower: () => [
      ['TOPIC', events(), 'DESCRIBE', 'READ'],
      ['TOPIC', progress(), 'DESCRIBE', 'READ'],
      ['GROUP', `${prefix}guichet.follower`, 'READ', 'DESCRIBE'],
    ],
  };

  const entriesOf = (user: User, rights: readonly Right[]) =>
    rights.flatMap(([resource, resourceName, ...operations]) =>
      operations.map((operation) => ({
        resourceType: AclResourceTypes[resource],
        resourceName,
        resourcePatternType: ResourcePatternTypes.PREFIXED,
        principal: `User:${user}`,
        host: '*',
        operation: AclOperationTypes[operation],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    );
  const may = (user: User, ...rights: Right[]) => admin.createAcls({ acl: entriesOf(user, rights) });
  const mayNot = (user: User, ...rights: Right[]) => admin.deleteAcls({ filters: entriesOf(user, rights) });
  const inStep = async () => {
    await world.publish(feeds.relay);
    await world.follow(feeds.follower);
    await world.write(40);
  };
  const isTold = async (user: User, why: RegExp) => {
    const problem = await until(
      `${user} to say why not`,
      async () => (await feeds[user].status()).problems.find((one) => why.test(one)),
      20_000,
    );
    await until(`${user} to try again`, () => failures[user].filter((one) => /Not authorized/i.test(one)).length >= 2);
    expect(feeds[user].live).toBe(true);
    return problem;
  };
  const goesOn = async () => {
    await world.everythingAgrees(20_000, () => toldBy(kafka.brokers, events()));
    await until('no problem to be left', async () =>
      (await Promise.all(Object.values(feeds).map((feed) => feed.status()))).every((one) => one.problems.length === 0),
    );
  };

  it('create topics: both sides say so, and begin when it is given', async () => {
    const toCreate: Right[] = [
      ['TOPIC', events(), 'CREATE'],
      ['TOPIC', progress(), 'CREATE'],
    ];
    await mayNot('relay', ...toCreate);
    await inStep();
    await isTold('relay', /Kafka does not create .*Not authorized/);
    await isTold('follower', /does not reach Kafka: Kafka does not create/);
    await may('relay', ...toCreate);
    await goesOn();
  }, 60_000);

  it('write, from the beginning, and from one moment to the next: nothing is passed over', async () => {
    const write: Right = ['TOPIC', events(), 'WRITE'];
    await mayNot('relay', write);
    await inStep();
    await isTold('relay', /cannot publish at the moment: Not authorized/);
    expect(await world.received()).toEqual([]);
    await may('relay', write);
    await goesOn();
    await mayNot('relay', write);
    failures.relay = [];
    await world.write(40);
    await isTold('relay', /cannot publish at the moment: Not authorized/);
    await world.write(20);
    await may('relay', write);
    await goesOn();
  }, 60_000);

  it('tell how far the relay is: events flow, and the reader who waits in vain can find out why', async () => {
    const write: Right = ['TOPIC', progress(), 'WRITE'];
    await mayNot('relay', write);
    await inStep();
    await world.everythingArrived();
    await isTold('relay', /cannot publish at the moment: Not authorized/);
    await may('relay', write);
    await goesOn();
  }, 60_000);

  it.each<[string, () => Right]>([
    ['read a topic', () => ['TOPIC', events(), 'READ']],
    ['join the group', () => ['GROUP', `${prefix}guichet.follower`, 'READ']],
  ])(
    '%s, from the beginning, and from one moment to the next: nothing is passed over',
    async (_what, right) => {
      const refused = /follower .*Not authorized/;
      await mayNot('follower', right());
      await inStep();
      await isTold('follower', refused);
      expect(await world.received()).toEqual([]);
      await may('follower', right());
      await goesOn();
      failures.follower = [];
      await mayNot('follower', right());
      await isTold('follower', refused);
      const before = (await world.received()).length;
      await world.write(30);
      await until('the relay to have sent it', async () => {
        const [publication] = (await feeds.relay.status()).publications;
        return publication && publication.position === publication.head;
      });
      expect((await world.received()).length).toBe(before);
      await may('follower', right());
      await goesOn();
    },
    60_000,
  );
});

const users = Object.entries(passwordOf).map(([name, password]) => `user_${name}="${password}"`);

/** Whoever comes by PLAINTEXT may do everything: the broker itself, and the tests. */
const authorizing = (port: number) => `
listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:{controllerPort},CLIENTS://localhost:${port}
advertised.listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:{controllerPort},CLIENTS://localhost:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:SASL_PLAINTEXT
inter.broker.listener.name=PLAINTEXT
listener.name.clients.sasl.enabled.mechanisms=PLAIN
listener.name.clients.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${users.join(' ')};
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
`;
