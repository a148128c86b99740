/**
 * Every operation of every service that takes an Idempotency-Key: the first answer for a key, and no other request with
 * it.
 */
import { randomUUID } from 'node:crypto';
import type { Role } from '@guichet/http-host';
import { attempt } from './attempt.js';
import { expectations, type Ids, type Row } from './expectations.js';
import { Tenant, type TicketState } from './tenant.js';
import { startWholeProduct, subjectOf, type WholeProduct } from './whole-product.js';

interface Keyed {
  readonly operation: string;
  readonly row: Row;
  readonly service: string;
}
/** What a command is answered by: all that depends on what it did, and when. */
interface Given {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly etag: string | null;
  readonly position: string | null;
}

let product: WholeProduct;
let acme: Tenant;
let keyed: readonly Keyed[];
/** Tickets for operations that are about something else. */
let unchanged: readonly [string, string];
beforeAll(async () => {
  product = await startWholeProduct();
  acme = await Tenant.create(product, 'acme');
  await acme.furnish();
  unchanged = [await ticketFor(), await ticketFor()];
  keyed = [...product.operations]
    .filter(([, { parameters = [] }]) => parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')))
    .map(([operation]) => ({
      operation,
      row: expectations[operation]!,
      service: operation.split('/')[1] ?? '',
    }));
}, 90_000);
afterAll(() => product.stop());

const roleOf = ({ may }: Row): Role => (may.includes('admin') ? 'admin' : may[0]!);
const ticketFor = async (state: TicketState = 'open') =>
  (await acme.tickets([{ state, agentId: subjectOf('acme', 'admin') }]))[0]!;

/** Ids for an operation of its own; `same()` asks the very same again. */
async function prepared({ operation, row }: Keyed): Promise<(key?: string) => Promise<Given>> {
  const [one, other] = operation.includes('{ticketId}') ? [await ticketFor(row.ticket), await ticketFor()] : unchanged;
  const found: Ids = acme.ids(one, other);
  const client = `client-${found.fresh}`;
  if (operation.includes('/clients/{name}'))
    await acme.post('/identity/v1/clients', { name: client, roles: ['importer'] });
  const ids = { ...found, client };
  const token = await product.host.issuer.token(acme.caller(roleOf(row)));
  return async (key = randomUUID()) => {
    const { status, text, headers } = await attempt({
      ...{ url: product.host.url, operation, row, ids, token },
      headers: { 'idempotency-key': key },
    });
    const { correlationId: _, ...body } = JSON.parse(text) as Record<string, unknown>;
    return { status, body, etag: headers.get('etag'), position: headers.get('guichet-position') };
  };
}
/** A secret is shown once; all else comes as the first time. */
const repeated = (first: Given): Given =>
  'clientSecret' in first.body
    ? { ...first, body: { ...first.body, clientSecret: null, notice: expect.any(String) as string } }
    : first;

it('knows which operations carry out commands: all that write, but imports, operations of operators and plain rows', () => {
  const writes = Object.keys(expectations).filter((operation) => !operation.startsWith('GET'));
  const commands = writes.filter(
    (operation) =>
      !/\/imports$|\/operations\/|\/working-copy$|\/read-marks$|\/similar$|\/subscriptions\/|\/notices\/read$/.test(
        operation,
      ),
  );
  expect(keyed.map(({ operation }) => operation).sort()).toEqual(commands.sort());
  expect(keyed.length).toBeGreaterThan(30);
});

it('gives the first answer again, and again when the command had changed nothing', async () => {
  for (const one of keyed) {
    const ask = await prepared(one);
    const key = randomUUID();
    const first = await ask(key);
    expect([one.operation, first.status]).toEqual([one.operation, one.row.status]);
    // With another key the same request is "already so", does it again, or is refused: what it does must not change the
    // first.
    const second = await ask();
    expect([one.operation, await ask(key)]).toEqual([one.operation, repeated(first)]);
    if (second.status >= 300) continue;
    const noticed = randomUUID();
    const third = await ask(noticed);
    await ask();
    expect([one.operation, await ask(noticed)]).toEqual([one.operation, repeated(third)]);
  }
}, 120_000);

it('refuses any other request with the key, of whatever operation of the service', async () => {
  const refused: unknown[] = [];
  for (const one of keyed) {
    const [ask, again] = [await prepared(one), await prepared(one)];
    const key = randomUUID();
    await ask(key);
    // The same operation on other things, and every other operation of those the same people may do.
    const others = keyed.filter((other) => other.service === one.service && roleOf(other.row) === roleOf(one.row));
    const next = others[(others.indexOf(one) + 1) % others.length]!;
    // What was refused leaves its key free. There is one person, agent, department, article, category, correction, desk,
    // library, role source and set of rules, and an article begins with no words of its own: asked again, it is the same request.
    if (one.row.status >= 400) continue;
    const isSame =
      /\{(userId|agentId|departmentId|articleId|categoryId|reportId)\}|\/desk\/|\/library\/|\/role-source$|\/rules$|\/articles$/.test(
        one.operation,
      );
    for (const elsewhere of [...(isSame ? [] : [again]), await prepared(next)]) {
      const { status, body } = await elsewhere(key);
      refused.push([one.operation, next.operation, status, body['code']]);
    }
  }
  expect(refused.filter((line) => !JSON.stringify(line).endsWith('409,"idempotency-key-reused"]'))).toEqual([]);
}, 120_000);
