/**
 * Every field of every request of every service: what is no line, shows nothing, or has a name that every object
 * inherits.
 */
import { randomUUID } from 'node:crypto';
import { serviceNames, ticketSources } from '@guichet/contracts';
import type { Role } from '@guichet/http-host';
import { until } from '@guichet/testing';
import { attempt } from './attempt.js';
import { expectations, type Ids, type Row } from './expectations.js';
import { Tenant } from './tenant.js';
import { startWholeProduct, subjectOf, type WholeProduct } from './whole-product.js';

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: Body }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}
interface Body {
  readonly content: { readonly 'application/json': { readonly schema: Schema } };
}
interface Field {
  readonly operation: string;
  readonly path: readonly string[];
  readonly schema: Schema;
}

let product: WholeProduct;
let acme: Tenant;
let ids: Ids;
let fields: readonly Field[];
/** Objects that bodies are made of, the bodies themselves included. */
let objects: readonly Field[];
const tokens = new Map<Role, string>();

beforeAll(async () => {
  product = await startWholeProduct();
  acme = await Tenant.create(product, 'acme');
  await acme.furnish();
  const agentId = subjectOf('acme', 'admin');
  const [one = '', other = ''] = await acme.tickets([
    { state: 'open', agentId },
    { state: 'open', agentId },
  ]);
  ids = acme.ids(one, other);
  const found = await Promise.all(serviceNames.map(fieldsOf));
  [fields, objects] = [found.flatMap((service) => service.fields), found.flatMap((service) => service.objects)];
  for (const role of new Set(Object.values(expectations).map(roleOf)))
    tokens.set(role, await product.host.issuer.token(acme.caller(role)));
}, 90_000);
afterAll(() => product.stop());

async function fieldsOf(service: string): Promise<{ fields: Field[]; objects: Field[] }> {
  const { body } = await product.host.call(`/${service}/openapi.json`);
  const document = body as Document;
  const all: { fields: Field[]; objects: Field[] } = { fields: [], objects: [] };
  const resolve = (schema: Schema): Schema => {
    const [part] = schema.allOf ?? [];
    const name = (schema.$ref ?? part?.$ref)?.split('/').at(-1);
    return name === undefined ? schema : document.components.schemas[name]!;
  };
  const walk = (operation: string, path: readonly string[], given: Schema): void => {
    const schema = resolve(given);
    if (schema.properties !== undefined) {
      all.objects.push({ operation, path, schema });
      for (const [name, member] of Object.entries(schema.properties)) walk(operation, [...path, name], member);
    } else if (schema.items !== undefined) walk(operation, [...path, '0'], schema.items);
    else if (schema.type === 'string' && schema.enum === undefined) all.fields.push({ operation, path, schema });
  };
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, { requestBody }] of Object.entries(item)) {
      const operation = `${method.toUpperCase()} ${path}`;
      // The form for a token is read by a library. What an import holds is checked event by event: see its own spec.
      const json = requestBody?.content['application/json'];
      if (json && !operation.endsWith('/imports')) walk(operation, [], json.schema);
    }
  return all;
}

const roleOf = ({ may }: Row): Role => (may.includes('admin') ? 'admin' : may[0]!);
async function send(operation: string, change: (body: Record<string, unknown>) => void, headers = {}) {
  const row = expectations[operation]!;
  const body = structuredClone(row.body?.(ids) ?? {}) as Record<string, unknown>;
  change(body);
  // As JSON, because `__proto__` is a field there like any other.
  const changed = { ...row, body: () => body };
  const token = tokens.get(roleOf(row))!;
  const { status, text } = await attempt({ url: product.host.url, operation, row: changed, ids, token, headers });
  return { status, answer: JSON.parse(text) as { code?: string; errors?: { path: string; code: string }[] } };
}
/** Sets what stands at a path, making the objects and lists on the way there. */
function put(body: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = body;
  path.forEach((name, i) => {
    if (i === path.length - 1) Object.defineProperty(at, name, { value, enumerable: true, configurable: true });
    else at = (at[name] ??= path[i + 1] === '0' ? [] : {}) as Record<string, unknown>;
  });
}
/** As a problem names it: a text in a list by the list, a field of an object in a list by its place there too. */
const written = (path: readonly string[]): string =>
  path.reduce((text, name, i) => {
    if (name === '0') return i === path.length - 1 ? text : `${text}[0]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');

it('finds the fields there are', () => {
  expect(fields.length).toBeGreaterThan(25);
  expect(fields.filter(({ schema }) => schema.maxLength === undefined && schema.format === undefined)).toEqual([]);
});

const nothing = ['\u200b', '\u2060\u2060', '\u2800', '\u3164', '\u00ad', ' \u200b ', '\ufeff'];
it('refuses text of characters that nobody sees, in every field that has to say something', async () => {
  for (const { operation, path } of fields.filter(({ schema }) => schema.minLength !== 0))
    for (const value of nothing) {
      const { status, answer } = await send(operation, (body) => put(body, path, value));
      expect([operation, path, value, status]).toEqual([operation, path, value, 400]);
      expect(answer.errors?.map((error) => error.path)).toContain(written(path));
    }
}, 60_000);

const brokenLines = ['one\r\ntwo', 'one\u0007two', 'one\u2028two', 'one\u202etwo', 'one\u0085two', 'one\u001b[31mtwo'];
it('refuses what is not one line, in every field of 300 characters or less', async () => {
  for (const { operation, path, schema } of fields.filter(({ schema: { maxLength = 0 } }) => maxLength <= 300))
    for (const value of brokenLines) {
      const { status } = await send(operation, (body) => put(body, path, value));
      expect([operation, path, schema.maxLength, value, status]).toEqual([
        operation,
        path,
        schema.maxLength,
        value,
        400,
      ]);
    }
}, 60_000);

it('refuses fields with names that every object inherits, at every depth, and in queries', async () => {
  for (const name of ['toString', '__proto__', 'constructor', 'hasOwnProperty', 'valueOf', '__defineGetter__']) {
    for (const { operation, path } of objects) {
      const { status, answer } = await send(operation, (body) => put(body, [...path, name], 1));
      expect([operation, path, status, answer.code]).toEqual([operation, path, 400, 'invalid-request']);
      const error = { code: 'unknown-field', path: expect.stringContaining(name) as string };
      expect(answer.errors).toEqual([expect.objectContaining(error)]);
    }
    for (const operation of Object.keys(expectations).filter(
      (one) => one.startsWith('GET') && !one.endsWith('/live'),
    )) {
      const row = {
        ...expectations[operation]!,
        query: () => ({ ...expectations[operation]!.query?.(ids), [name]: '1' }),
      };
      const token = tokens.get(roleOf(row))!;
      const query = row.query();
      const { status } = await attempt({ url: product.host.url, operation, row, ids, token, query });
      const takesQuery = product.operations.get(operation)?.parameters?.some((one) => one.in === 'query') === true;
      if (takesQuery) expect([operation, name, status]).toEqual([operation, name, 400]);
    }
  }
}, 60_000);

it('publishes whatever it accepts: the longest texts, and headers that never end', async () => {
  const headers = {
    traceparent: `cc-${'a'.repeat(32)}-${'b'.repeat(16)}-01-${'x'.repeat(300)}`,
    'x-correlation-id': 'c'.repeat(128),
    'accept-language': `en${'-abcdefgh'.repeat(27)}`,
    'user-agent': 'u'.repeat(2_000),
  };
  const longest = (max: number): string => 'ü'.repeat(max);
  let accepted = 0;
  for (const { operation, path, schema } of fields) {
    const [method = '', service] = operation.split(/ ?\//);
    if (schema.format !== undefined || !['POST', 'PUT', 'PATCH'].includes(method)) continue;
    if (!ticketSources.some((source) => source === service)) continue;
    const { status } = await send(operation, (body) => put(body, path, longest(schema.maxLength ?? 1)), headers);
    if (status < 300) accepted += 1;
  }
  expect(accepted).toBeGreaterThan(12);
  const subject = longest(200);
  const as = { ...acme.caller('agent'), subject, name: longest(500) };
  const opened = await product.host.call('/intake/v1/tickets', { as, headers, body: { subject: longest(300) } });
  expect(opened.status).toBe(201);
  const { ticketId } = opened.body as { ticketId: string };
  const after = { 'guichet-after': opened.headers.get('guichet-position') ?? '' };
  await product.host.call(`/routing/v1/tickets/${ticketId}`, { as, headers: after });
  const claimed = await product.host.call(`/routing/v1/tickets/${ticketId}/claim`, { as, headers, method: 'POST' });
  expect(claimed.status).toBe(200);
  const positions = [opened, claimed].map((answer) => answer.headers.get('guichet-position')).join(', ');
  const facts = await product.host.call(`/analytics/v1/tickets/${ticketId}`, {
    as: acme.caller('admin'),
    headers: { 'guichet-after': positions },
  });
  expect(facts).toMatchObject({ status: 200, body: { locale: 'und' } });
  await acme.settledFootprint();
  for (const service of serviceNames) {
    const parked = await until(`${service} to answer`, async () => {
      const answer = await product.host.call(`/${service}/v1/operations/parked`, { as: acme.caller('operator') });
      return answer.status === 200 ? answer.body : undefined;
    });
    expect({ service, parked }).toMatchObject({ service, parked: { items: [] } });
  }
}, 90_000);

it('takes an address or a language in any of its spellings for the same', async () => {
  const as = acme.caller('admin');
  const invite = (email: string, locale: string) =>
    product.host.call('/identity/v1/people', { as, body: { email, locale, name: 'X', roles: ['agent'] } });
  const name = `x${randomUUID().slice(0, 8)}`;
  expect(await invite(`${name}@exämple.de`, 'FR-fr')).toMatchObject({
    status: 201,
    body: { email: `${name}@exämple.de`, locale: 'fr-FR' },
  });
  for (const domain of ['xn--exmple-cua.de', 'EXÄMPLE.de', 'exa\u0308mple.de'])
    expect(await invite(`${name}@${domain}`, 'fr')).toMatchObject({ status: 409, body: { code: 'email-taken' } });
});
