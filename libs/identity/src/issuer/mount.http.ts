import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export type RawHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** The issuer's pages below `/identity`. Those of sign-in in the browser join them when they exist. */
const routes = [
  ['GET', '/.well-known/openid-configuration'],
  ['GET', '/.well-known/oauth-authorization-server'],
  ['GET', '/jwks'],
  ['POST', '/token'],
] as const;

/**
 * Cookies and redirects depend on the public address, which only the issuer's setting knows for sure: never the Host
 * header.
 */
function pretendPublicAddress(request: IncomingMessage & { originalUrl?: string }, issuer: URL, prefix: string): void {
  for (const header of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'])
    delete request.headers[header];
  request.headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
  request.headers['host'] = issuer.host;
  request.url = (request.url ?? '/').slice(prefix.length);
  request.originalUrl = `${issuer.pathname.replace(/\/$/, '')}${request.url}`;
}

/**
 * Serves oidc-provider's raw handler on Fastify. It reads the body itself, so the routes live in a scope without
 * parsers.
 * @param prefix where the service lives on this host, `/identity`; the issuer's own path may differ behind a gateway.
 */
export function mountIssuer(
  fastify: FastifyInstance,
  prefix: string,
  issuerUrl: string,
  handler: () => RawHandler,
): void {
  const issuer = new URL(issuerUrl);
  const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value);
    }
    pretendPublicAddress(request.raw, issuer, prefix);
    await handler()(request.raw, reply.raw);
  };
  void fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    routes.forEach(([method, path]) => scope.route({ method, url: `${prefix}${path}`, handler: serve }));
    done();
  });
}
