/** The headers that tell a browser what it must not do, on every kind of answer. */
import { serviceNames } from '@guichet/contracts';
import { connect } from 'node:net';
import { Tenant } from './tenant.js';
import { startWholeProduct, type WholeProduct } from './whole-product.js';

let product: WholeProduct;
let token: string;

beforeAll(async () => {
  product = await startWholeProduct({ addressRate: 1, burstSeconds: 100 });
  const tenant = await Tenant.create(product, 'acme');
  token = await product.host.issuer.token(tenant.caller('admin'));
}, 60_000);
afterAll(() => product.stop());

const required: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^SAMEORIGIN$/,
  'referrer-policy': /^no-referrer$/,
  'strict-transport-security': /max-age=\d{8}/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cache-control': /no-store/,
};

interface Asked {
  readonly path: string;
  readonly status: number;
  readonly init?: RequestInit;
}
const json = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = json) => ({ method: 'POST', body, headers });

const answers: readonly Asked[] = [
  ...serviceNames.flatMap((name) => [
    { path: `/${name}/docs`, status: 200 },
    { path: `/${name}/docs/page.js`, status: 200 },
    { path: `/${name}/docs/page.css`, status: 200 },
    { path: `/${name}/openapi.json`, status: 200 },
  ]),
  { path: '/health/live', status: 200 },
  { path: '/health/ready', status: 200 },
  { path: '/metrics', status: 200 },
  { path: '/routing/v1/departments', status: 200 },
  { path: '/routing/v1/departments', status: 201, init: post('{"name":"Billing","departmentId":"billing"}') },
  { path: '/routing/v1/departments', status: 400, init: post('{') },
  { path: '/routing/v1/departments', status: 413, init: post(`{"name":"${'x'.repeat(1_100_000)}"}`) },
  { path: '/routing/v1/departments', status: 415, init: post('x', { 'content-type': 'text/plain' }) },
  { path: '/routing/v1/departments/nowhere', status: 404 },
  { path: '/nowhere', status: 404 },
  { path: '/routing/v1/departments/%E0%A4%A', status: 400 },
  { path: '/identity/v1/tenants', status: 403 },
  { path: '/routing/v1/departments', status: 401, init: { headers: { authorization: 'Bearer x.y.z' } } },
  {
    path: '/identity/token',
    status: 400,
    init: post('grant_type=nonsense', { 'content-type': 'application/x-www-form-urlencoded' }),
  },
  { path: '/identity/jwks', status: 200 },
  { path: '/identity/.well-known/openid-configuration', status: 200 },
  { path: '/routing/v1/departments/billing/queue/live', status: 200 },
];

it.each(answers)('$path, $status', async ({ path, status, init = {} }) => {
  const controller = new AbortController();
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  const response = await fetch(`${product.host.url}${path}`, { ...init, headers, signal: controller.signal });
  controller.abort();
  expect(response.status).toBe(status);
  for (const [name, value] of Object.entries(required)) {
    // The issuer's public keys may be cached by whoever checks tokens.
    if (name === 'cache-control' && /\/(?:jwks|\.well-known)/.test(path)) continue;
    expect([name, response.headers.get(name)]).toEqual([name, expect.stringMatching(value)]);
  }
  expect(response.headers.get('server') ?? response.headers.get('x-powered-by')).toBeNull();
});

it('metrics are for this machine, unless they have a token of their own', async () => {
  const url = `${product.host.url}/metrics`;
  for (const headers of [{ 'x-forwarded-for': '192.0.2.7' }, { forwarded: 'for=192.0.2.7' }])
    expect((await fetch(url, { headers })).status).toBe(403);
});

it('too many requests, 429', async () => {
  const responses = await Promise.all(Array.from({ length: 150 }, () => fetch(`${product.host.url}/nowhere`)));
  const refused = responses.find(({ status }) => status === 429);
  for (const [name, value] of Object.entries(required)) expect(refused?.headers.get(name)).toMatch(value);
});

it('what is not HTTP at all gets an answer that no browser takes for a page', async () => {
  const text = await new Promise<string>((resolve, reject) => {
    let got = '';
    const socket = connect(product.host.host.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
    socket.on('data', (chunk) => (got += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(got));
  });
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(text).toContain('x-content-type-options: nosniff');
  expect(text).toContain('cache-control: no-store');
});
