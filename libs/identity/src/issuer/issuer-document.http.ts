/** The issuer's pages for identity's OpenAPI document: oidc-provider serves them, and no controller describes them. */
import { roles } from '@guichet/http-host';

const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
const oauthError = (description: string): object => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/OAuthError' } } },
});
const refusals = {
  429: problem('`too-many-requests`: come back after `Retry-After` seconds.'),
  431: problem('The headers are larger than 16 KiB in all, the address included.'),
  500: oauthError('`server_error`: the header `X-Correlation-Id` finds it in the log.'),
  503: problem('Not now; `Retry-After` says when to try again.'),
};
const json = (description: string, schema: object, type = 'application/json'): object => ({
  200: { description, content: { [type]: { schema } } },
  ...refusals,
});

const demoOnly = 'Only of the demo client; passed over of any other:';
const form = {
  type: 'object',
  required: ['grant_type'],
  properties: {
    grant_type: { type: 'string', enum: ['client_credentials'] },
    client_id: { type: 'string', description: 'Where HTTP Basic does not carry it.' },
    client_secret: { type: 'string', description: 'Where HTTP Basic does not carry it.' },
    tenant: { type: 'string', description: `${demoOnly} the slug of the tenant, \`demo\` at first.` },
    role: {
      type: 'array',
      items: { type: 'string', enum: [...roles] },
      description: `${demoOnly} the token's roles, the field repeated for several; \`agent\` if not given.`,
    },
    person: { type: 'string', description: `${demoOnly} the id or e-mail address of whom the token is to be.` },
  },
  additionalProperties: true,
};

const token = {
  operationId: 'Issuer_token',
  tags: ['issuer'],
  summary: 'Get an access token',
  description:
    'OAuth 2.0 client credentials (RFC 6749 §4.4). The client is a service account of a tenant, the operator, or, in demo mode, ' +
    'the demo client. It authenticates by HTTP Basic or by `client_id` and `client_secret` in the form. There are no scopes: the ' +
    'token says tenant and roles, which are those of the account, and it is good for `expires_in` seconds.',
  security: [{ clientSecret: [] }, {}],
  requestBody: {
    required: true,
    content: {
      'application/x-www-form-urlencoded': { schema: form, encoding: { role: { style: 'form', explode: true } } },
    },
  },
  responses: {
    200: {
      description: 'The token; it may be kept until it ends.',
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['access_token', 'expires_in', 'token_type'],
            properties: {
              access_token: { type: 'string', description: 'A JWT: give it as `Authorization: Bearer …`.' },
              expires_in: { type: 'integer', minimum: 1, description: 'Seconds.' },
              token_type: { type: 'string', enum: ['Bearer'] },
              scope: { type: 'string', description: 'Not given: there are no scopes.' },
            },
          },
        },
      },
    },
    400: oauthError(
      '`invalid_request`: the form cannot be read, or the demo client asks for what there is not. `unsupported_grant_type`. ' +
        '`unauthorized_client`.',
    ),
    401: oauthError('`invalid_client`: no such client, a wrong secret, or a client that was disabled.'),
    ...refusals,
  },
};

const discovery = {
  operationId: 'Issuer_discovery',
  tags: ['issuer'],
  summary: 'The issuer’s description of itself',
  description: 'Where its keys and its token endpoint are, at the public address (OpenID Connect Discovery, RFC 8414).',
  security: [],
  responses: json('The description.', {
    type: 'object',
    required: ['issuer', 'jwks_uri', 'token_endpoint', 'grant_types_supported'],
    properties: {
      issuer: { type: 'string' },
      jwks_uri: { type: 'string' },
      token_endpoint: { type: 'string' },
      grant_types_supported: { type: 'array', items: { type: 'string' } },
    },
  }),
};

const keys = {
  operationId: 'Issuer_keys',
  tags: ['issuer'],
  summary: 'The public keys that tokens are signed with',
  description: 'A JSON Web Key Set, with the key that is to sign next (RFC 7517).',
  security: [],
  responses: json(
    'The keys.',
    {
      type: 'object',
      required: ['keys'],
      properties: {
        keys: {
          type: 'array',
          items: {
            type: 'object',
            required: ['kty', 'kid', 'alg', 'use', 'n', 'e'],
            properties: Object.fromEntries(
              ['kty', 'kid', 'alg', 'use', 'n', 'e'].map((name) => [name, { type: 'string' }]),
            ),
          },
        },
      },
    },
    'application/jwk-set+json',
  ),
};

export const issuerDocument = {
  paths: {
    '/identity/token': { post: token },
    '/identity/jwks': { get: keys },
    '/identity/.well-known/openid-configuration': { get: discovery },
    '/identity/.well-known/oauth-authorization-server': {
      get: { ...discovery, operationId: 'Issuer_metadata' },
    },
  },
  schemas: {
    OAuthError: {
      type: 'object',
      required: ['error'],
      properties: {
        error: { type: 'string', description: 'What programs decide on (RFC 6749 §5.2).' },
        error_description: { type: 'string' },
      },
    },
  },
  securitySchemes: {
    clientSecret: { type: 'http', scheme: 'basic', description: 'Id and secret of a client, for the token endpoint.' },
  },
};
