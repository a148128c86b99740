import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixedToken } from '@guichet/client';
import { Api } from '../api.js';
import { parseArguments } from '../arguments.js';
import { commandNamed } from './index.js';

const tenantId = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01';
const otherTenantId = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02';
const asked: string[] = [];
const parked: { streamId: string; tenantId: string }[] = [];
let server: Server;
let api: Api;

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: parked, results: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = new Api(() => ({ baseUrl, tokens: fixedToken('a-token') }));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => asked.splice(0));

it.each([
  ['show-parked', 'GET', ''],
  ['replay', 'POST', '/replay'],
  ['discard', 'POST', '/discard'],
])('%s names the tenant whose stream is meant, if it is told', async (name, method, action) => {
  for (const [options, query] of [
    [[], ''],
    [['--tenant', tenantId], `?tenantId=${tenantId}`],
  ] as const) {
    const { command, args, options: parsed } = parseArguments([name, 'routing', 'ticket-1', '--yes', ...options], {})!;
    await commandNamed(command).run({ api, options: parsed, env: {}, progress: () => undefined }, args);
    expect(asked.splice(0)).toEqual([`${method} /routing/v1/operations/parked/ticket-1${action}${query}`]);
  }
});

it('replay without a stream gives the tenant’s parked streams once more, each once, and nobody else’s', async () => {
  const ofTenant = ['ticket-1', 'ticket-2', 'ticket-1'].map((streamId) => ({ streamId, tenantId }));
  parked.push(...ofTenant, { streamId: 'ticket-3', tenantId: otherTenantId });
  const { command, args, options } = parseArguments(['replay', 'routing', '--tenant', tenantId], {})!;
  await commandNamed(command).run({ api, options, env: {}, progress: () => undefined }, args);
  expect(asked).toEqual([
    'GET /routing/v1/operations/parked',
    ...['ticket-1', 'ticket-2'].map((id) => `POST /routing/v1/operations/parked/${id}/replay?tenantId=${tenantId}`),
  ]);
});
