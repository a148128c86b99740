import type { FastifyReply } from 'fastify';
import { FileAnswer } from './file-answer.js';

/** What a command answers: `ETag: "<version>"`, `Guichet-Position: <service>=<position>` and a body. */
export class CommandAnswer {
  constructor(
    readonly service: string,
    readonly version: number,
    readonly position: number,
    readonly body: unknown,
    readonly status: number,
  ) {}
}

/**
 * @param result of the event store: the stream's version and the position of its last event.
 * @param body defaults to `{ version }`.
 * @param status 200 unless something came into being (201).
 */
export const commandAnswer = (
  service: string,
  { version, position }: { readonly version: number; readonly position: number },
  body: unknown = { version },
  status = 200,
): CommandAnswer => new CommandAnswer(service, version, position, body, status);

/** For a GET of one thing: its body with `ETag: "<version>"`, to be sent back as `If-Match`. */
export class Versioned {
  constructor(
    readonly version: number,
    readonly body: unknown,
  ) {}
}
export const versioned = (version: number, body: unknown): Versioned => new Versioned(version, body);

/** Sets the status and the headers that belong to the answer; answers its body. */
export function bodyOf(answer: unknown, reply: FastifyReply): unknown {
  if (answer instanceof CommandAnswer) {
    const { service, version, position } = answer;
    void reply.status(answer.status).header('etag', `"${version}"`);
    void reply.header('guichet-position', `${service}=${position}`);
    return answer.body;
  }
  if (answer instanceof Versioned) {
    void reply.header('etag', `"${answer.version}"`);
    return answer.body;
  }
  if (answer instanceof FileAnswer) {
    void reply.headers(answer.headers);
    return answer.content;
  }
  return answer;
}
