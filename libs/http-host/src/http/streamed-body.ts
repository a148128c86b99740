/** Bodies that are files: handlers read them while they come in. Their bytes are `application/octet-stream`. */
import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

export const streamType = 'application/octet-stream';

const takesStream = 'takesStream';

/** Whether the operation that the request asks for reads its body itself. */
export const isStreamed = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean =>
  takesStream in routeOptions.config && routeOptions.config[takesStream] === true;

/** Says of an operation that its body is a file. Its handler takes it by `@Stream()`, and limits how long it may be. */
export const TakesStream = (description: string): MethodDecorator =>
  applyDecorators(
    RouteConfig({ [takesStream]: true }),
    ApiConsumes(streamType),
    ApiBody({ required: true, description, schema: { type: 'string', format: 'binary' } }),
  );

/**
 * The body of an operation that `TakesStream`. Who stops reading before its end refuses it: the answer goes out, and the
 * rest is read for nothing, so that the client sees the answer and no broken connection.
 * @throws Problem 415 where the request has none
 */
export const Stream = createParamDecorator((_data: unknown, context: ExecutionContext): AsyncIterable<Uint8Array> => {
  const http = context.switchToHttp();
  const { body } = http.getRequest<FastifyRequest>();
  if (!(body instanceof Readable))
    throw new Problem(415, 'unsupported-media-type', { detail: `Send the file itself as ${streamType}.` });
  http.getResponse<FastifyReply>().raw.once('finish', () => body.resume());
  return body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
});
