import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnKafka, describeWithKafka, freePort, startOwnKafka, until } from '@guichet/testing';
import { FeedWorld } from '../conformance/feed-world.js';
import { KafkaFeed } from './kafka-feed.js';
import type { SaslOptions } from './kafka-options.js';

const user = { username: 'guichet', password: randomUUID() };
const storePassword = 'for-this-test';

describeWithKafka('Kafka over TLS, to known clients only', () => {
  let folder: string;
  let kafka: OwnKafka;
  let broker: string;
  let ca: string;
  let world: FeedWorld;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guichet-kafka-tls-'));
    ca = newCertificate(folder);
    const port = await freePort();
    broker = `localhost:${port}`;
    const properties = join(folder, 'secure.properties');
    await writeFile(properties, secureListener(port, join(folder, 'broker.p12')));
    kafka = await startOwnKafka({ properties, scram: `${user.username}:${user.password}` });
  }, 90_000);
  afterAll(async () => {
    await kafka.stop();
    await rm(folder, { recursive: true });
  });
  beforeEach(async () => {
    world = await FeedWorld.create();
  });
  afterEach(() => world.end());

  const feedWith = (sasl: SaslOptions | undefined, authority = ca) =>
    new KafkaFeed({
      brokers: [broker],
      clientId: 'test',
      topicPrefix: `${randomUUID()}.`,
      tls: { ca: authority },
      ...(sasl ? { sasl } : {}),
    });

  const arrives = async (feed: KafkaFeed) => {
    await world.publish(feed);
    await world.follow(feed);
    await world.write(50);
    await world.everythingArrived();
  };
  const isRefused = async (feed: KafkaFeed, why: RegExp) => {
    await world.publish(feed);
    await world.follow(feed);
    const problems = await until('both sides to be refused', async () => {
      const { problems: now } = await feed.status();
      return now.length >= 2 && now;
    });
    expect(problems[0]).toMatch(why);
    expect(problems[1]).toMatch(why);
    expect(feed.live).toBe(true); // the secret may be put right on the other side
  };

  it('takes a name and password by SCRAM', async () => {
    await arrives(feedWith({ mechanism: 'scram-sha-512', ...user }));
  });

  it('is refused with a wrong password, says so, and keeps trying', async () => {
    await isRefused(feedWith({ mechanism: 'scram-sha-512', ...user, password: 'wrong' }), /invalid credentials/i);
  });

  it('does not talk to a broker whose certificate it cannot check', async () => {
    const other = await mkdtemp(join(folder, 'other-'));
    await isRefused(
      feedWith({ mechanism: 'scram-sha-512', ...user }, newCertificate(other)),
      /self.signed|certificate/i,
    );
  });

  it('takes an OAuth token, asked for with client credentials and used again', async () => {
    const issuer = new TokenIssuer();
    const tokenUrl = await issuer.listen();
    try {
      const credentials = { clientId: 'routing', clientSecret: 'a secret/with signs' };
      await arrives(feedWith({ mechanism: 'oauthbearer', tokenUrl, ...credentials, scope: 'kafka' }));
      const [first, ...others] = issuer.requests;
      expect(first).toEqual({
        authorization: `Basic ${Buffer.from('routing:a%20secret%2Fwith%20signs').toString('base64')}`,
        body: 'grant_type=client_credentials&scope=kafka',
      });
      expect(others.length).toBeLessThan(3); // connections that open at the same moment may ask at once
    } finally {
      await issuer.close();
    }
  });
});

/** Answers every request with an unsigned token, which a Kafka that has been given no keys accepts. */
class TokenIssuer {
  readonly requests: { authorization: string | undefined; body: string }[] = [];
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => (body += String(text)));
    request.on('end', () => {
      this.requests.push({ authorization: request.headers.authorization, body });
      const now = Math.floor(Date.now() / 1000);
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
      const token = `${encode({ alg: 'none' })}.${encode({ sub: 'routing', iat: now, exp: now + 600 })}.`;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: token, expires_in: 600, token_type: 'Bearer' }));
    });
  });

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/token`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A key store for the broker in the folder; answers the certificate as PEM. */
function newCertificate(folder: string): string {
  const store = ['-keystore', join(folder, 'broker.p12'), '-storepass', storePassword, '-alias', 'broker'];
  const keytool = (...args: string[]) =>
    execFileSync('keytool', [...args, ...store], { encoding: 'utf8', stdio: 'pipe' });
  keytool(
    '-genkeypair',
    '-keyalg',
    'EC',
    '-storetype',
    'PKCS12',
    '-dname',
    'CN=localhost',
    '-ext',
    'SAN=dns:localhost',
  );
  return keytool('-exportcert', '-rfc');
}

const secureListener = (port: number, keystore: string) => `
listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:{controllerPort},SECURE://localhost:${port}
advertised.listeners=PLAINTEXT://localhost:{port},CONTROLLER://localhost:{controllerPort},SECURE://localhost:${port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
inter.broker.listener.name=PLAINTEXT
listener.name.secure.ssl.keystore.location=${keystore}
listener.name.secure.ssl.keystore.type=PKCS12
listener.name.secure.ssl.keystore.password=${storePassword}
listener.name.secure.sasl.enabled.mechanisms=SCRAM-SHA-512,OAUTHBEARER
listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secure.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
`;
