import { claimsOf } from './claims.js';

const token = (payload: object) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.sig`;

it('reads what a token says, also beyond ASCII', () =>
  expect(claimsOf(token({ sub: 'zoé?>', tenant: 't', tenant_slug: 'acme', roles: ['agent'], exp: 2 }))).toEqual({
    subject: 'zoé?>',
    tenantId: 't',
    tenantSlug: 'acme',
    roles: ['agent'],
    expiresAtMs: 2_000,
  }));
it.each(['', 'a.b', 'no token', 'e30.!!.x'])('refuses %p', (text) =>
  expect(() => claimsOf(text)).toThrow('The access token is no JWT.'),
);
