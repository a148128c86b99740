import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixedToken } from '@guichet/client';
import { Api } from '../api.js';
import { parseArguments } from '../arguments.js';
import { commandNamed } from './index.js';

const tenantId = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01';
const asked: string[] = [];
let server: Server;
let api: Api;

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: [], results: [] }));
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
