/**
 * Keep-alive connections that cost the load generator as little as can be: it shares the machine with what it measures.
 */
import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  /** Status line and headers, as they came. */
  readonly head: string;
  readonly body: string;
}

interface Asked {
  readonly bytes: string;
  resolve(answer: HttpAnswer): void;
  reject(error: Error): void;
}

/** A fixed number of connections to one host, one request under way on each; others wait in line. */
export class Connections {
  private readonly all: Connection[] = [];
  private readonly idle: Connection[] = [];
  private readonly waiting: Asked[] = [];
  private readonly host: string;

  private constructor(private readonly url: URL) {
    this.host = url.host;
  }

  static async open(url: string, count: number): Promise<Connections> {
    const connections = new Connections(new URL(url));
    for (let i = 0; i < count; i++) {
      const connection = await Connection.open(connections.url);
      connections.all.push(connection);
      connections.idle.push(connection);
    }
    return connections;
  }

  /** Once in a run: the bytes can be sent many times. */
  prepare(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: object): string {
    const text = body === undefined ? '' : JSON.stringify(body);
    const all = {
      host: this.host,
      ...headers,
      ...(body && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${text}`;
  }

  send(bytes: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const asked = { bytes, resolve, reject };
      const connection = this.idle.pop();
      if (connection) this.give(connection, asked);
      else this.waiting.push(asked);
    });
  }

  close(): void {
    for (const connection of this.all) connection.close();
  }

  private give(connection: Connection, asked: Asked): void {
    connection.ask(asked, () => {
      const next = this.waiting.shift();
      if (next) this.give(connection, next);
      else this.idle.push(connection);
    });
  }
}

/** Reads answers with a length, as JSON APIs give them. */
class Connection {
  private asked: Asked | undefined;
  private free: () => void = () => {};
  private received: Buffer = Buffer.alloc(0);

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('The server closed the connection.')));
  }

  static open(url: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: url.hostname, port: Number(url.port) });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Connection(socket));
      });
    });
  }

  ask(asked: Asked, free: () => void): void {
    if (this.socket.destroyed) {
      asked.reject(new Error('The connection is closed.'));
      return;
    }
    this.asked = asked;
    this.free = free;
    this.socket.write(asked.bytes);
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const answer = readAnswer(this.received);
    if (!answer) return;
    this.received = Buffer.alloc(0);
    const { asked } = this;
    this.asked = undefined;
    this.free();
    asked?.resolve(answer);
  }

  private fail(error: Error): void {
    this.asked?.reject(error);
    this.asked = undefined;
  }
}

/** Undefined while it is incomplete. Exported for its spec. @throws for an answer whose length is not told */
export function readAnswer(bytes: Buffer): HttpAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`An answer without a length cannot be read:\n${head}`);
  if (bytes.length < end + 4 + Number(length)) return undefined;
  return { status: Number(head.slice(9, 12)), head, body: bytes.toString('utf8', end + 4, end + 4 + Number(length)) };
}

/** A header's value. */
export function headerOf({ head }: Pick<HttpAnswer, 'head'>, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}: *([^\\r\\n]*)`, 'i').exec(head)?.[1];
}

/** @throws with the answer's body unless it has this status */
export function mustBe(status: number, answer: HttpAnswer): HttpAnswer {
  if (answer.status !== status) throw new Error(`Answered ${answer.status} instead of ${status}: ${answer.body}`);
  return answer;
}
