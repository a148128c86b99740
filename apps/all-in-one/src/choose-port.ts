import { once } from 'node:events';
import { createServer } from 'node:net';

/** How many ports after the usual one are tried. */
const tries = 20;

/**
 * A port to listen on: the issuer's address must be known before anything listens.
 * @param port 0 takes any free one
 * @param isFixed the port is the one that was asked for, taken or not; otherwise the next free one will do
 */
export async function choosePort(host: string, port: number, isFixed: boolean): Promise<number> {
  if (port === 0) return (await listenOnce(host, 0)) ?? 0;
  if (isFixed) return port;
  for (let candidate = port; candidate < port + tries; candidate++) {
    if ((await listenOnce(host, candidate)) !== undefined) return candidate;
  }
  return port;
}

/** Undefined when the port is taken. Another problem is for whoever really listens: it says what to do. */
async function listenOnce(host: string, port: number): Promise<number | undefined> {
  const server = createServer().listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? undefined : port;
  }
  const address = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return address.port;
}
