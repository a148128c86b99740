import type { DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';

/** Lines for people: time, level, logger, text. Runs in this thread, since a bundle has no file for a worker. */
export function pretty(out: NodeJS.WritableStream = process.stdout): DestinationStream {
  const format = prettyFactory({
    colorize: process.stdout.isTTY,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
    ignore: 'service,replica,version,logger,correlationId,tenantId,traceparent',
    messageFormat: '{if logger}{logger}: {end}{msg}',
  });
  return { write: (line: string) => void out.write(format(line)) };
}
