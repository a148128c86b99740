import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { bodyOf } from '../http/command-answer.js';
import { LiveAnswer, type LiveStreams } from '../http/sse.js';

/**
 * Writes what handlers answer: bodies, what has headers of its own, and live streams. Interceptors would do the same,
 * but with a dozen observables, promises and asynchronous scopes for each answer of the product.
 */
export class AnswerAdapter extends FastifyAdapter {
  /** Opens the streams; set before the first request. */
  live: LiveStreams | undefined;

  /** @throws what `LiveStreams.begin` throws; Nest has it answered like what a handler throws. */
  override reply(
    response: FastifyReply | FastifyReply['raw'],
    answer: unknown,
    statusCode?: number,
  ): ReturnType<FastifyAdapter['reply']> {
    // Raw ones are only for middleware of Express's kind, of which there is none.
    const reply = response as FastifyReply;
    if (answer instanceof LiveAnswer) {
      this.live?.begin(answer, reply);
      return reply;
    }
    return super.reply(reply, bodyOf(answer, reply), statusCode);
  }
}
