/** The whole product with everything logged, given secrets and personal data in every place where they may come. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { serviceNames } from '@guichet/contracts';
import { until } from '@guichet/testing';
import { type Product, startAllInOne } from './product.js';

/** Short enough that no message cuts it, and found nowhere else. */
const planted = Object.fromEntries(
  [
    'subject',
    'body',
    'name',
    'email',
    'bearer',
    'cookie',
    'password',
    'key',
    'malformed',
    'field',
    'path',
    'query',
    'raw',
  ].map((what) => [what, `zq${randomBytes(5).toString('hex')}`]),
) as Record<string, string>;
const [control, secrets] = ['zq-control-5f3a', new Map<string, string>()];

let product: Product;
let output: string;

beforeAll(async () => {
  product = await startAllInOne({ LOG_LEVEL: 'trace', LOG_FORMAT: 'json' });
  await collectSecrets();
  await sayEverything();
  await until('the work is logged', () => product.processes[0]?.output.includes('the-last-request'));
  await product.processes[0]?.stop();
  output = product.processes[0]?.output ?? '';
}, 120_000);
afterAll(() => product.stop());

/** What the product keeps, or makes out of what it keeps. */
async function collectSecrets(): Promise<void> {
  const password = (await readFile(join(product.dataDir, 'postgres-password'), 'utf8')).trim();
  secrets.set('password of the database’s administrator', password);
  for (const service of serviceNames)
    for (const role of ['owner', 'app']) {
      const derived = createHmac('sha256', password).update(`guichet/guichet_${service}_${role}`).digest('base64url');
      secrets.set(`password of guichet_${service}_${role}`, derived);
    }
  const kept = JSON.parse(await readFile(join(product.dataDir, 'secrets.json'), 'utf8')) as Record<string, string>;
  for (const [name, value] of Object.entries(kept)) secrets.set(`secret ${name}`, value);
  for (const role of ['requester', 'agent', 'admin'])
    secrets.set(`token of ${role}`, await product.token('demo', role));
}

async function ask(path: string, init: RequestInit, role = 'requester'): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${secrets.get(`token of ${role}`)}`,
    cookie: `session=${planted['cookie']}`,
    ...init.headers,
  };
  return fetch(`${product.url}${path}`, { method: 'POST', ...init, headers });
}

async function sayEverything(): Promise<void> {
  const { subject, body, name, email, bearer, password, key, malformed, field, path, query } = planted;
  const requester = { id: 'somebody', name, email: `${email}@example.org` };
  const opening = { subject, body, requester, channel: 'portal', departmentId: 'billing' };
  const opened = await ask(
    '/intake/v1/tickets',
    { body: JSON.stringify(opening), headers: { 'idempotency-key': key! } },
    'agent',
  );
  const { ticketId, clientSecret } = (await opened.json()) as { ticketId: string; clientSecret?: string };
  expect([opened.status, clientSecret]).toEqual([201, undefined]);
  const client = await ask(
    '/identity/v1/clients',
    { body: JSON.stringify({ name: 'reader', roles: ['importer'] }) },
    'admin',
  );
  const account = (await client.json()) as { clientId: string; clientSecret: string };
  secrets.set('secret of a service account', account.clientSecret);
  for (const secret of [account.clientSecret, password!]) {
    const authorization = `Basic ${Buffer.from(`${account.clientId}:${secret}`).toString('base64')}`;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await fetch(`${product.url}/identity/token`, {
      method: 'POST',
      headers: { authorization },
      body: form,
    });
    const { access_token: token } = (await answer.json()) as { access_token?: string };
    if (token !== undefined) secrets.set('token of a service account', token);
    secrets.set(`basic credentials ${secrets.size}`, authorization.slice('Basic '.length));
  }
  expect(secrets.has('token of a service account')).toBe(true);

  const wrong = [
    ask('/intake/v1/tickets', { headers: { authorization: `Bearer ${bearer}` } }),
    ask('/intake/v1/tickets', { headers: { authorization: `Bearer ${bearer}.${bearer}.${bearer}` } }),
    ask('/intake/v1/tickets', { body: `{"subject": ${malformed}` }),
    ask('/intake/v1/tickets', { body: `${malformed}` }),
    ask('/intake/v1/tickets', { body: JSON.stringify({ [`${field}`]: field, subject: 7 }) }),
    ask('/intake/v1/tickets', { body: JSON.stringify({ subject: `${subject}\u0000` }) }),
    ask(`/intake/v1/tickets/${path}/replies`, { body: JSON.stringify({ body }) }),
    ask(`/intake/v1/tickets/${ticketId}/merge`, { body: JSON.stringify({ intoTicketId: body }) }, 'agent'),
    ask(`/${path}?token=${query}`, { body: JSON.stringify({ body }) }),
    ask(`/analytics/v1/kpis/${path}?${query}=1`, { method: 'GET' }, 'agent'),
    ask('/identity/token', {
      body: `client_secret=${password}&grant_type=password&username=${name}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    ask(
      '/identity/v1/people',
      { body: JSON.stringify({ name, email: `${email}@example.org`, roles: ['agent'] }) },
      'admin',
    ),
    ask(
      '/identity/v1/people',
      { body: JSON.stringify({ name, email: `${email}@example.org`, roles: ['agent'] }) },
      'admin',
    ),
  ];
  await Promise.all(wrong);
  await sendBytes(`GET /${planted['raw']} HTTP/1.1\r\nAuthorization Bearer ${planted['raw']}\r\n\r\n`);
  await until(
    'analytics has it',
    async () => (await ask(`/analytics/v1/tickets/${ticketId}`, { method: 'GET' }, 'agent')).ok,
  );
  await ask('/intake/v1/tickets', { method: 'GET', headers: { 'x-correlation-id': control } });
  await ask('/intake/v1/tickets', { method: 'GET', headers: { 'x-correlation-id': 'the-last-request' } });
}

/** What is not even HTTP. */
const sendBytes = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(product.url).port), '127.0.0.1', () => socket.end(text));
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.resume();
  });

const linesWith = (text: string) => output.split('\n').filter((line) => line.includes(text));

it('was logged in full: every request, down to debug', () => {
  expect(linesWith(control).length).toBeGreaterThan(0);
  expect(linesWith('"level":"debug"').length).toBeGreaterThan(10);
  expect(linesWith('malformed-body').length).toBeGreaterThan(0);
  expect(linesWith('not-authenticated').length + linesWith('invalid-token').length).toBeGreaterThan(0);
});

it('logs no secret: passwords, keys, tokens, client secrets', () => {
  const found = [...secrets]
    .filter(([, value]) => output.includes(value))
    .map(([name, value]) => [name, linesWith(value)[0]]);
  expect(found).toEqual([]);
  expect(secrets.size).toBeGreaterThan(15);
});

it('logs nothing a person or program has sent: headers, cookies, bodies, names, addresses, query strings', () => {
  const found = Object.entries(planted).flatMap(([name, value]) =>
    linesWith(value)
      .slice(0, 1)
      .map((line) => [name, line]),
  );
  expect(found).toEqual([]);
});
