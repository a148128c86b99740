/**
 * Every operation of every service × {no token, a token for somebody else, each role, another tenant}. An operation
 * without a row in expectations.ts fails.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Role, roles } from '@guichet/http-host';
import { type Answer, attempt } from './attempt.js';
import { expectations, type Row } from './expectations.js';
import { tenancyMarkdown } from './matrix-markdown.js';
import { Tenant } from './tenant.js';
import { startWholeProduct, subjectOf, type WholeProduct } from './whole-product.js';

const docs = resolve(import.meta.dirname, '../../../docs/generated');
const rows = Object.entries(expectations);
/** Operators are meant to look across tenants: what they do is no attempt of a stranger. */
const isAcross = (row: Row, role: Role) => role === 'operator' && row.operatorsAcross === true;

let product: WholeProduct;
let acme: Tenant;
let rival: Tenant;
let foreign: { readonly operation: string; readonly role: Role; readonly answer: Answer }[];
let before: Awaited<ReturnType<Tenant['settledFootprint']>>;
let after: typeof before;
/** For each role: a ticket per operation that needs one, and another to merge into. */
const prepared = new Map<Role, { readonly own: readonly string[]; readonly other: string }>();

const tokenOf = (tenant: Tenant, ...own: Role[]) => product.host.issuer.token(tenant.caller(...own));

beforeAll(async () => {
  product = await startWholeProduct();
  [acme, rival] = [await Tenant.create(product, 'acme'), await Tenant.create(product, 'rival')];
  await Promise.all([acme.furnish(), rival.furnish()]);
  for (const role of roles) {
    const wanted = rows
      .filter(needsTicket)
      .map(([, row]) => ({ state: row.ticket ?? 'open', agentId: subjectOf('acme', role) }));
    const [other = '', ...own] = await acme.tickets([open(role), ...wanted]);
    prepared.set(role, { own, other });
  }
  await acme.settledFootprint();
}, 240_000);
afterAll(() => product.stop());

it('has a row of expectations for every operation, and none for what is no operation', () => {
  expect(rows.map(([operation]) => operation).sort()).toEqual([...product.operations.keys()].sort());
});

it('has no operation without an access token, but those that one needs to get and to check a token', () => {
  expect([...product.openOperations.keys()].sort()).toEqual([
    'GET /identity/.well-known/oauth-authorization-server',
    'GET /identity/.well-known/openid-configuration',
    'GET /identity/jwks',
    'POST /identity/token',
  ]);
});

describe('without a token of this product', () => {
  const faults = [
    ['no token', () => Promise.resolve(undefined)],
    ['a wrong audience', () => product.host.issuer.token(acme.caller(...roles), { audience: 'another-product' })],
    ['another issuer', () => product.host.issuer.token(acme.caller(...roles), { issuer: 'http://other.test' })],
    ['an ID token', () => product.host.issuer.token(acme.caller(...roles), { type: 'JWT' })],
    ['an expired token', () => product.host.issuer.token(acme.caller(...roles), { expiresAt: 1_700_000_000 })],
  ] as const;

  it.each(faults)(
    '%s gets 401 from every operation',
    async (_, token) => {
      const [one = '', two = ''] = acme.ticketIds;
      const bearer = await token();
      const answers = await together(rows, async ([operation, row]) => {
        const { status, text } = await ask(operation, row, acme.ids(one, two), bearer);
        return `${operation} ${status}${text.includes(acme.marker) ? ` leaks ${text}` : ''}`;
      });
      expect(answers).toEqual(rows.map(([operation]) => `${operation} 401`));
    },
    30_000,
  );
});

const needsTicket = ([operation, row]: (typeof rows)[number]): boolean =>
  operation.includes('{ticketId}') || operation.endsWith('/imports') || row.ticket !== undefined;
const open = (role: Role) => ({ state: 'open', agentId: subjectOf('acme', role) }) as const;
const ask = (operation: string, row: Row, ids: ReturnType<Tenant['ids']>, token: string | undefined) =>
  attempt({ url: product.host.url, operation, row, ids, ...(token === undefined ? {} : { token }) });

it.each(roles)(
  '%s may do what the matrix says, and nothing else',
  async (role) => {
    const token = await tokenOf(acme, role);
    const { own, other } = prepared.get(role)!;
    const withTicket = rows.filter(needsTicket);
    const statuses: Record<string, number> = {};
    for (const one of rows) {
      const [operation, row] = one;
      const ticketId = own[withTicket.indexOf(one)] ?? other;
      statuses[operation] = (await ask(operation, row, acme.ids(ticketId, other), token)).status;
    }
    expect(statuses).toEqual(
      Object.fromEntries(rows.map(([operation, row]) => [operation, row.may.includes(role) ? row.status : 403])),
    );
  },
  240_000,
);

describe('another tenant', () => {
  const others: string[] = [];
  beforeAll(async () => {
    const [one = '', two = ''] = await acme.tickets([open('admin'), open('admin')]);
    [...acme.ticketIds].forEach((id) => id === one || id === two || others.push(id));
    before = await acme.settledFootprint();
    foreign = [];
    for (const role of roles) {
      const token = await tokenOf(rival, role);
      const tried = rows.filter(([, row]) => !isAcross(row, role));
      const answers = await together(tried, async ([operation, row]) => ({
        ...{ operation, role },
        answer: await ask(operation, row, acme.ids(one, two), token),
      }));
      foreign.push(...answers);
    }
    after = await acme.settledFootprint();
  }, 240_000);

  it('is answered as the matrix says', () => {
    const got = foreign.map(({ operation, role, answer }) => `${role} ${operation} ${answer.status}`);
    const wanted = foreign.map(({ operation, role }) => {
      const row = expectations[operation]!;
      return `${role} ${operation} ${row.may.includes(role) ? row.foreign : 403}`;
    });
    expect(got).toEqual(wanted);
  });

  it('reads nothing of the tenant: neither its texts, nor ids it did not name itself', () => {
    const leaks = foreign.filter(
      ({ answer }) =>
        answer.ownText.includes(acme.marker) ||
        answer.ownText.includes(acme.tenantId) ||
        others.some((id) => answer.ownText.includes(id)),
    );
    expect(leaks.map(({ operation, role, answer }) => `${role} ${operation}: ${answer.text}`)).toEqual([]);
  });

  it('changes nothing of the tenant, in any table of any database', () => {
    expect(Object.values(before).filter(({ rows: count }) => count > 0).length).toBeGreaterThan(15);
    expect(after).toEqual(before);
  });

  it('learns nothing from the answer: it is the same for what exists nowhere', async () => {
    const compared = foreign.filter(({ operation, role }) => {
      const row = expectations[operation]!;
      return row.may.includes(role) && row.foreign >= 400;
    });
    await together(compared, async ({ operation, role, answer }) => {
      const row = expectations[operation]!;
      const nothing = { departmentId: 'nowhere', otherDepartmentId: 'nowhere', agentId: 'nobody', client: 'nobody' };
      const [userId, articleId, categoryId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
      const reportId = crypto.randomUUID();
      const named = {
        ...nothing,
        userId,
        articleId,
        categoryId,
        reportId,
        address: '/nowhere',
        slug: 'no-such-tenant',
      };
      const ids = { ...acme.ids(crypto.randomUUID(), crypto.randomUUID()), ...named };
      const unknown = await ask(operation, row, ids, await tokenOf(rival, role));
      expect([operation, role, unknown.status, plain(unknown)]).toEqual([
        operation,
        role,
        answer.status,
        plain(answer),
      ]);
    });
    expect(compared.length).toBeGreaterThan(60);
  }, 30_000);

  it('cannot use the tenant’s cursors', async () => {
    const lists = rows.filter(([operation, { foreign: status }]) => operation.startsWith('GET') && status !== 403);
    const tried: string[] = [];
    for (const [operation, row] of lists) {
      const role = row.may.includes('admin') ? 'admin' : row.may[0]!;
      if (isAcross(row, role)) continue;
      const [one = ''] = acme.ticketIds;
      const ids = acme.ids(one, one);
      const token = await tokenOf(acme, role);
      const { text } = await attempt({ url: product.host.url, operation, row, ids, token, query: { limit: '1' } });
      const cursor = /"(?:nextCursor|earlierCursor)":"([^"]+)"/.exec(text)?.[1];
      if (cursor === undefined) continue;
      const stranger = await tokenOf(rival, role);
      const query = { limit: '1', cursor };
      const answer = await attempt({ url: product.host.url, operation, row, ids, token: stranger, query });
      // Below a path of the tenant, the path is refused first.
      tried.push(`${operation} ${answer.status}`);
      expect(answer.text).not.toContain(acme.marker);
    }
    expect(tried).toEqual(expect.arrayContaining(['GET /intake/v1/tickets 400', 'GET /routing/v1/departments 400']));
    expect(tried.filter((line) => !/ (400|404)$/.test(line))).toEqual([]);
  }, 30_000);
});

it('requesters see their own tickets only', async () => {
  const token = await product.host.issuer.token({ ...acme.caller('requester'), subject: 'another-requester' });
  const [one = ''] = acme.ticketIds;
  for (const [operation, row] of rows) {
    if (!row.may.includes('requester') || !operation.includes('{ticketId}')) continue;
    const { status, text } = await ask(operation, row, acme.ids(one, one), token);
    expect([operation, status]).toEqual([operation, 404]);
    expect(text).not.toContain(acme.marker);
  }
});

it('metrics name no tenant, nobody and nothing of theirs', async () => {
  const metrics = await (await fetch(`${product.host.url}/metrics`)).text();
  expect(metrics).toContain('guichet_http_request_duration_seconds');
  const names = [acme, rival].flatMap(({ tenantId, marker }) => [tenantId, marker]);
  const things = [...acme.ticketIds, ...roles.map((role) => subjectOf('acme', role)), ...names, 'first-acme'];
  expect(things.filter((thing) => metrics.includes(thing))).toEqual([]);
});

it('docs/generated/tenancy-matrix.md says what was tried', () => {
  const file = join(docs, 'tenancy-matrix.md');
  const text = tenancyMarkdown(product.operations);
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'missing: npm run docs').toBe(text);
});

/** Several at a time: most of an attempt is waiting. */
async function together<One, Result>(all: readonly One[], work: (one: One) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < all.length; from += 12)
    results.push(...(await Promise.all(all.slice(from, from + 12).map(work))));
  return results;
}

/** An answer without what must differ: ids of requests, and the ids asked for. */
const plain = ({ ownText }: Answer): string => ownText.replace(/"correlationId":"[^"]*"/, '');
