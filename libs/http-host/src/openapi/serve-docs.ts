import type { INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { HostedService } from '../host/bootstrap.js';
import { docsPage, docsScript, docsStyle } from './docs-page.js';
import { openApiDocument } from './document.js';

/**
 * `/<service>/openapi.json` and `/<service>/docs`, without a token. Made on the first request: a start need not wait
 * for it.
 */
export function serveDocs(fastify: FastifyInstance, app: INestApplication, service: HostedService): void {
  let made: OpenAPIObject | undefined;
  const document = (): OpenAPIObject => (made ??= openApiDocument(app, service));
  const base = `/${service.name}`;
  fastify.get(`${base}/openapi.json`, async (_request, reply) => reply.send(document()));
  fastify.get(`${base}/docs`, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(docsPage(base, document())),
  );
  fastify.get(`${base}/docs/page.js`, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(docsScript),
  );
  fastify.get(`${base}/docs/page.css`, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(docsStyle),
  );
}
