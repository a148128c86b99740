import { badRequest } from '@guichet/http-host';
import { type ExecutionContext, createParamDecorator } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';

/** Of one request. */
export const maxEvents = 2_000;

/** `streams` of the body as they came. */
export const Streams = createParamDecorator((_data: unknown, context: ExecutionContext): readonly unknown[] => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest<{ Body?: { streams?: unknown } }>>();
  const streams = body?.streams ?? [];
  if (!Array.isArray(streams)) throw unusable('invalid-request', 'must be a list');
  const events = streams.reduce<number>((sum, stream) => sum + eventsIn(stream), 0);
  if (events > maxEvents)
    throw unusable('too-many-events', `must have at most ${maxEvents} events in all, not ${events}`);
  return streams;
});

const unusable = (code: string, message: string): Error =>
  badRequest(code, 'The streams cannot be used.', [{ path: 'streams', code: 'invalid', message }]);

function eventsIn(stream: unknown): number {
  const events = typeof stream === 'object' && stream !== null && 'events' in stream ? stream.events : undefined;
  return Array.isArray(events) ? events.length : 0;
}
