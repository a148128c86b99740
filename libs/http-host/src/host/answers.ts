import type { Server, ServerResponse } from 'node:http';

/**
 * The answers that a server has begun. A connection that ends is announced in the answer before its end, so that no
 * client sends its next request into a connection that is closed at that moment.
 */
export class Answers {
  private readonly open = new Set<ServerResponse>();
  private areLast = false;

  constructor(server: Server) {
    // Before anything else sees the request: some answers are written past Fastify.
    server.prependListener('request', (_request, response: ServerResponse) => {
      if (this.areLast) response.shouldKeepAlive = false;
      this.open.add(response);
      response.once('close', () => this.open.delete(response));
    });
  }

  /** From now on each answer says `Connection: close`; those whose head is not sent yet as well. */
  beLast(): void {
    this.areLast = true;
    for (const response of this.open) response.shouldKeepAlive = false;
  }
}
