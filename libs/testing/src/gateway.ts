import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';

/** Service name → base URLs of its replicas. */
export type Upstreams = Readonly<Record<string, readonly string[]>>;

/**
 * What stands before the separate services in a real deployment: `/<service>/…` goes to that service's replicas in
 * turn.
 */
export class Gateway {
  private turn = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(port: number, upstreams: Upstreams): Promise<Gateway> {
    const server = createServer((incoming, outgoing) => gateway.forward(incoming, outgoing, upstreams));
    const gateway = new Gateway(server, `http://127.0.0.1:${port}`);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return gateway;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse, upstreams: Upstreams): void {
    const [, service = ''] = (incoming.url ?? '').split('/');
    const replicas = upstreams[service] ?? [];
    const replica = replicas[this.turn++ % Math.max(1, replicas.length)];
    if (replica === undefined) {
      outgoing.writeHead(404).end(`No service at /${service}`);
      return;
    }
    const { method, headers } = incoming;
    const upstream = request(new URL(incoming.url ?? '/', replica), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.on('close', () => {
      if (!incoming.complete) upstream.destroy();
    });
    incoming.pipe(upstream);
  }
}
