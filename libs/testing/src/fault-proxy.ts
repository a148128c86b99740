import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Where a fault strikes a statement: before the server gets it, or after it is done and before its client hears so. */
export type FaultTime = 'before' | 'after';

/** Stands between clients and PostgreSQL, and takes their connections away at a chosen statement. */
export interface FaultProxy {
  /** The same database through this proxy. */
  urlFor(url: string): string;
  /** Statements sent through it so far. */
  readonly statements: number;
  /** Cuts the connection on which the n-th statement from now is sent (1 is the next one); others go on. */
  cutAt(n: number, time: FaultTime): void;
  /** All connections break at the n-th statement from now, and none is let in, as if their process were killed. */
  dieAt(n: number, time: FaultTime): void;
  /** Holds the n-th statement from now back; answers, once it is held, how to let it go. */
  holdAt(n: number): Promise<() => void>;
  /** A fault that was armed has struck. */
  readonly hasStruck: boolean;
  /** Cuts all connections, now. */
  cutAll(): void;
  /** Lets connections in again, and forgets a fault that has not struck. */
  revive(): void;
  close(): Promise<void>;
}

/** A message of the protocol; the type is '' for the one that opens a session. */
interface Message {
  readonly type: string;
  readonly bytes: Buffer;
}

type Fault =
  { readonly time: FaultTime; readonly all: boolean } | { readonly time: 'hold'; held(letGo: () => void): void };

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

/** `target` is a URL of the server. The clients must not use TLS: the proxy reads what they send. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Pair>();
  let armed: { left: number; fault: Fault } | undefined;
  let [statements, down, struck] = [0, false, false];

  const drop = (pair: Pair) => {
    pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  };
  const strike = (pair: Pair, all: boolean) => {
    struck = true;
    down = all;
    for (const victim of all ? [...pairs] : [pair]) drop(victim);
  };
  /** Counts a statement; answers the fault that strikes it. */
  const nextFault = (): Fault | undefined => {
    statements++;
    if (!armed || --armed.left > 0) return undefined;
    const { fault } = armed;
    armed = undefined;
    return fault;
  };

  const listener = createServer((client) => {
    if (down) return void client.destroy();
    const pair: Pair = { client, server: connect(Number(port), hostname) };
    pairs.add(pair);
    let doomed: { all: boolean } | undefined;
    const fromClient = messages(true);
    const fromServer = messages(false);
    const forward = (list: readonly Message[]): void => {
      for (const [i, { type, bytes }] of list.entries()) {
        // A simple query, or the end of an extended one.
        const struckBy = type === 'Q' || type === 'S' ? nextFault() : undefined;
        if (struckBy?.time === 'hold') {
          client.pause();
          return struckBy.held(() => {
            pair.server.write(bytes);
            forward(list.slice(i + 1));
            client.resume();
          });
        }
        if (struckBy?.time === 'before') return strike(pair, struckBy.all);
        if (struckBy) doomed = struckBy;
        pair.server.write(bytes);
      }
    };
    client.on('data', (chunk: Buffer) => forward(fromClient(chunk)));
    pair.server.on('data', (chunk: Buffer) => {
      for (const { type, bytes } of fromServer(chunk)) {
        if (!doomed) client.write(bytes);
        // Ready for the next query: this one is done, committed if it was to be.
        else if (type === 'Z') return strike(pair, doomed.all);
      }
    });
    for (const socket of [client, pair.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => drop(pair));
      socket.on('close', () => drop(pair));
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: own } = listener.address() as { port: number };

  return {
    urlFor: (url) => {
      const through = new URL(url);
      through.host = `127.0.0.1:${own}`;
      return through.href;
    },
    get statements() {
      return statements;
    },
    get hasStruck() {
      return struck;
    },
    cutAt: (n, time) => {
      [armed, struck] = [{ left: n, fault: { time, all: false } }, false];
    },
    dieAt: (n, time) => {
      [armed, struck] = [{ left: n, fault: { time, all: true } }, false];
    },
    holdAt: (n) => new Promise((held) => (armed = { left: n, fault: { time: 'hold', held } })),
    cutAll: () => [...pairs].forEach(drop),
    revive: () => {
      [armed, down] = [undefined, false];
    },
    close: async () => {
      [...pairs].forEach(drop);
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** Cuts a stream into messages: a type (but for the client's first one), a length that counts itself, the rest. */
function messages(opens: boolean): (chunk: Buffer) => Message[] {
  let rest = Buffer.alloc(0);
  let typed = !opens;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const found: Message[] = [];
    for (;;) {
      const head = typed ? 1 : 0;
      if (rest.length < head + 4) return found;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return found;
      found.push({ type: typed ? rest.toString('latin1', 0, 1) : '', bytes: rest.subarray(0, length) });
      rest = rest.subarray(length);
      typed = true;
    }
  };
}
