import { badRequest } from '@guichet/http-host';
import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';

/**
 * For commands that take nothing but their address: a field would be ignored, so it is refused. An empty object is
 * fine.
 */
export const NoBody = createParamDecorator((_data: unknown, context: ExecutionContext): void => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  const fields = Object.keys(body ?? {});
  if (fields.length === 0) return;
  const problems = fields
    .slice(0, 50)
    .map((path) => ({ path, code: 'unknown-field', message: 'is not a field of this request' }));
  throw badRequest('invalid-request', 'The request has fields that cannot be used.', problems);
});
