import type { INestApplication } from '@nestjs/common';
import { build } from '@guichet/observability';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { HostedService } from '../host/bootstrap.js';
import { DescribedRoutes } from './described-routes.js';

/** OpenAPI extension of an operation that carries out a command: it takes `Idempotency-Key` and `If-Match`. */
export const takesKey = 'x-guichet-command';

type Operation = {
  [takesKey]?: boolean;
  description?: string;
  parameters?: object[];
  responses?: Record<string, object>;
  security?: object[];
};
type Document = Omit<OpenAPIObject, 'components'> & { components: Record<string, object> };

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'correlationId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable and kebab-case: what programs decide on.' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'code', 'message'],
        properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
    correlationId: { type: 'string' },
  },
};

const header = (name: string, pattern: string, description: string): object => ({
  name,
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 255, pattern },
  description,
});

/** What every operation has in common, so that no controller has to repeat it. */
const commonParameters = {
  IdempotencyKey: header(
    'Idempotency-Key',
    '^[\\x21-\\x7e]+$',
    'Repeating a request with the same key and body gives the first answer again, also when it changed nothing (for 30 days at least). With another request the key is refused (409). A refused request leaves its key free.',
  ),
  IfMatch: header(
    'If-Match',
    '^(?:\\*|"[0-9]{1,9}")$',
    'The version this write expects, as an ETag gave it: "7". Another one answers 412.',
  ),
  GuichetAfter: header(
    'Guichet-After',
    '^[a-z][a-z-]{0,40}=[0-9]{1,15}(?:, [a-z][a-z-]{0,40}=[0-9]{1,15})*$',
    'Positions that the answer must have seen, e.g. `routing=4711`; 503 if it takes too long.',
  ),
};

const reference = (name: keyof typeof commonParameters): object => ({ $ref: `#/components/parameters/${name}` });

/**
 * What every operation may answer instead; an operation's own words for a status win. There is no `default`: it would
 * allow everything.
 */
const problems: Readonly<Record<number, string>> = {
  400: 'The request cannot be read, or has a field, parameter or header that is missing, wrong or unknown.',
  401: 'No access token, or one that cannot be used.',
  403: 'The access token has no role for this, or names no tenant.',
  431: 'The headers are larger than 16 KiB in all, the address included.',
  429: '`too-many-requests`: come back after `Retry-After` seconds.',
  500: '`internal-error`: the correlation id finds it in the log.',
  503: 'Not now; `Retry-After` says when to try again. `not-caught-up`, `overloaded`, `database-unavailable`, `stopping`.',
};
const problemsOfWrites: Readonly<Record<number, string>> = {
  409: 'The state of things does not allow it, or `idempotency-key-reused`: the key came with another request before.',
  412: '`stale-version`: `If-Match` names a version that is no longer the current one.',
  413: 'The body is larger than 1 MiB.',
  415: 'The body is not JSON.',
};
const problemsOfAddresses: Readonly<Record<number, string>> = {
  404: 'There is no such thing, or it is not the caller’s to see.',
  414: 'A part of the address is longer than 500 characters.',
};

function problemResponses(path: string, method: (typeof methods)[number]): Record<string, object> {
  const descriptions = {
    ...problems,
    ...(method === 'get' ? {} : problemsOfWrites),
    ...(path.includes('{') ? problemsOfAddresses : {}),
  };
  return Object.fromEntries(
    Object.entries(descriptions).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    ]),
  );
}

/** What every live stream has in common. */
const wordsOfStreams =
  'The host ends a stream with the event `ended`, whose data is `{reason}`: `access-changed` and `token-expired` ask for a token that is good now; ' +
  '`restarting` says that this replica is about to stop. Come back after `retry` milliseconds with `Last-Event-ID`: another replica goes on.';

const isLive = ({ responses = {} }: Operation): boolean =>
  Object.values(responses).some(
    (response) => 'text/event-stream' in ((response as { content?: object }).content ?? {}),
  );

function complete(operation: Operation, path: string, method: (typeof methods)[number]): void {
  const isCommand = operation[takesKey] === true;
  delete operation[takesKey];
  const ofCommands = isCommand ? [reference('IdempotencyKey'), reference('IfMatch')] : [];
  const common = method === 'get' ? [reference('GuichetAfter')] : ofCommands;
  if (isLive(operation)) operation.description = [operation.description, wordsOfStreams].filter(Boolean).join(' ');
  operation.parameters = [...(operation.parameters ?? []), ...common];
  operation.responses = { ...problemResponses(path, method), ...operation.responses };
  operation.security ??= [{ accessToken: [] }];
}

type Schema = Record<string, unknown>;

const componentPath = '#/components/schemas/';

/** Requests with fields nobody knows are refused: every object that a body is made of says so. */
function closeRequestBodies(document: Document): void {
  const schemas = (document.components['schemas'] ?? {}) as Record<string, Schema>;
  const closed = new Set<string>();
  const close = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(close);
    if (typeof value !== 'object' || value === null) return;
    const schema = value as Schema;
    const { $ref } = schema;
    if (typeof $ref === 'string' && $ref.startsWith(componentPath)) {
      const name = $ref.slice(componentPath.length);
      if (closed.has(name)) return;
      closed.add(name);
      close(schemas[name]);
    } else {
      if (schema['type'] === 'object' && schema['properties'] !== undefined) schema['additionalProperties'] ??= false;
      Object.values(schema).forEach(close);
    }
  };
  for (const item of Object.values(document.paths)) {
    for (const method of methods) close((item[method] as { requestBody?: object } | undefined)?.requestBody);
  }
}

/** OpenAPI 3.1 speaks JSON Schema, which knows the type "null" and no `nullable`. */
function withNullTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNullTypes);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, withNullTypes(member)] as const);
  const { nullable, ...schema }: Schema = Object.fromEntries(members);
  if (nullable === undefined || nullable === false) return schema;
  // A field that is called so.
  if (nullable !== true) return { ...schema, nullable };
  if (typeof schema['type'] === 'string') return { ...schema, type: [schema['type'], 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

/** The OpenAPI document of one service of the host: what lies below `/<name>/`, with our conventions filled in. */
export function openApiDocument(
  app: INestApplication,
  { name, module, title, description }: HostedService,
): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle(title ?? `Guichet ${name}`)
    .setDescription(description ?? '')
    .setVersion(build.version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'accessToken');
  const document = SwaggerModule.createDocument(app, builder.build(), {
    // Two services of a host may name a class alike: each document looks at its own service only.
    include: ['module' in module ? module.module : module],
    deepScanRoutes: true,
  }) as Document;
  const own = Object.entries(document.paths).filter(([path]) => path.startsWith(`/${name}/`));
  for (const [path, item] of own) {
    for (const method of methods) {
      const operation = item[method] as Operation | undefined;
      if (operation !== undefined) complete(operation, path, method);
    }
  }
  const { paths, schemas, securitySchemes } = app.get(DescribedRoutes).of(name);
  document.paths = { ...Object.fromEntries(own), ...paths };
  closeRequestBodies(document);
  document.components['schemas'] = { ...document.components['schemas'], ...schemas, Problem: problemSchema };
  document.components['securitySchemes'] = { ...document.components['securitySchemes'], ...securitySchemes };
  document.components['parameters'] = commonParameters;
  return withNullTypes(document) as OpenAPIObject;
}
