import { Agent, createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { pipeline } from 'node:stream';

/** Service name → base URLs of its replicas. */
export type Upstreams = Readonly<Record<string, readonly string[]>>;

export interface GatewayOptions {
  /**
   * Sends requests only to the replicas that answered `/health/ready` so long ago, ms: what they answer is known that
   * much later. To all of them, if not given.
   */
  readonly staleMs?: number;
}

const probeEveryMs = 250;
/** Each hop has connections of its own. */
const ofOneHop = new Set(['connection', 'keep-alive']);

/**
 * What stands before the separate services in a real deployment: `/<service>/…` goes to that service's replicas in
 * turn, over connections that are kept. It repeats nothing.
 */
export class Gateway {
  private turn = 0;
  private isStopped = false;
  private readonly agent = new Agent({ keepAlive: true });
  private readonly waiting = new Set<NodeJS.Timeout>();
  private listed: ReadonlySet<string> | undefined;

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private readonly upstreams: Upstreams,
  ) {}

  static async start(port: number, upstreams: Upstreams, { staleMs }: GatewayOptions = {}): Promise<Gateway> {
    const server = createServer((incoming, outgoing) => gateway.forward(incoming, outgoing));
    const gateway = new Gateway(server, `http://127.0.0.1:${port}`, upstreams);
    // Who asks through it shall see nothing of its own connections.
    server.keepAliveTimeout = 60_000;
    if (staleMs !== undefined) gateway.watch(staleMs);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return gateway;
  }

  /** Whether it would send a request to this replica now. */
  sendsTo(replica: string): boolean {
    return this.listed?.has(replica) ?? true;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    for (const timer of this.waiting) clearTimeout(timer);
    this.waiting.clear();
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private watch(staleMs: number): void {
    this.listed = new Set();
    for (const replica of Object.values(this.upstreams).flat()) void this.probe(replica, staleMs);
  }

  private async probe(replica: string, staleMs: number): Promise<void> {
    const isReady = await fetch(`${replica}/health/ready`).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false, // nothing listens
    );
    if (this.isStopped) return;
    this.later(staleMs, () => {
      const others = [...(this.listed ?? [])].filter((one) => one !== replica);
      this.listed = new Set(isReady ? [...others, replica] : others);
    });
    this.later(probeEveryMs, () => void this.probe(replica, staleMs));
  }

  private later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      action();
    }, ms);
    this.waiting.add(timer);
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const [, service = ''] = (incoming.url ?? '').split('/');
    const known = this.upstreams[service];
    const replicas = (known ?? []).filter((replica) => this.sendsTo(replica));
    const replica = replicas[this.turn++ % Math.max(1, replicas.length)];
    if (replica === undefined) {
      const [status, reason] = known ? [503, `No replica of ${service}`] : [404, `No service at /${service}`];
      outgoing.writeHead(status).end(reason);
      return;
    }
    const { method } = incoming;
    const options = { method, headers: withoutHop(incoming.headers), agent: this.agent };
    const upstream = request(new URL(incoming.url ?? '/', replica), options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, withoutHop(answer.headers));
      // What breaks off on one side breaks off on the other.
      pipeline(answer, outgoing, () => undefined);
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.on('close', () => {
      if (!incoming.complete) upstream.destroy();
    });
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) upstream.destroy();
    });
    incoming.pipe(upstream);
  }
}

const withoutHop = <Headers extends IncomingMessage['headers']>(headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofOneHop.has(name))) as Headers;
