import { withCorrelation } from './correlation.js';
import { createLogger, NestPinoLogger } from './logging.js';

let lines: Record<string, unknown>[];
let log: NestPinoLogger;
beforeEach(() => {
  lines = [];
  const out = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  log = new NestPinoLogger(createLogger('routing', { logLevel: 'info', logFormat: 'json' }, out));
});

it('writes what Nest calls it with', () => {
  log.log('started', 'RoutingModule');
  log.warn({ msg: 'parked', ticketId: 't1' }, 'Policy');
  log.error('failed', new Error('why'), 'Policy');
  log.debug('not at this level', 'Policy');
  expect(lines).toMatchObject([
    { level: 'info', msg: 'started', logger: 'RoutingModule' },
    { level: 'warn', msg: 'parked', ticketId: 't1', logger: 'Policy' },
    { level: 'error', msg: 'failed', logger: 'Policy', err: { message: 'why', type: 'Error' } },
  ]);
});

it('carries the correlation of the work going on, across awaits', async () => {
  await withCorrelation({ correlationId: 'c1', tenantId: 't1' }, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    log.log('inside', 'X');
  });
  log.log('outside', 'X');
  expect(lines[0]).toMatchObject({ msg: 'inside', correlationId: 'c1', tenantId: 't1' });
  expect(lines[1]).not.toHaveProperty('correlationId');
});

it('says on each line which replica of which service it is', () => {
  log.log('started', 'RoutingModule');
  log.error('failed', new Error('why'), 'Policy');
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).toMatchObject({ service: 'routing', replica: expect.stringMatching(/^\S+$/) });
  expect(lines[0]!['replica']).toBe(lines[1]!['replica']);
});

it('never writes the password of a connection string that an error quotes', () => {
  const cause = new Error('no such role at postgres://guichet:hunter2@db/routing');
  log.error('failed', new Error('no connection: postgres://guichet:hunter2@db/routing', { cause }), 'Policy');
  log.error(new Error('no connection: postgres://guichet:hunter2@db/routing'), 'Policy');
  log.warn('postgres://guichet:hunter2@db/routing does not answer', 'Policy');
  expect(lines).toHaveLength(3);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
  expect(lines[0]).toMatchObject({ err: { message: 'no connection: postgres://guichet:[redacted]@db/routing' } });
});

it('never writes secrets', () => {
  log.log({ msg: 'client', authorization: 'Bearer abc', nested: { clientSecret: 'abc', token: 'abc' } }, 'X');
  expect(JSON.stringify(lines)).not.toContain('abc');
});
