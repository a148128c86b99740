/** Many listeners to Server-Sent Events, as cheap to hold as can be. */
import { connect, type Socket } from 'node:net';

/** Opens one stream; `onData` gets the text of each `data:` line. Answers what closes it, once the stream has begun. */
export function listenTo(
  url: string,
  headers: Readonly<Record<string, string>>,
  onData: (data: string) => void,
): Promise<() => void> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const lines = Object.entries({ host, accept: 'text/event-stream', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: hostname, port: Number(port) });
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    let rest = '';
    let hasBegun = false;
    socket.on('data', (chunk: Buffer) => {
      const text = rest + chunk.toString('utf8');
      if (!hasBegun) {
        if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(`No stream: ${text}`));
        hasBegun = true;
        resolve(() => socket.destroy());
      }
      // What is between the frames (chunk sizes, ids, comments) begins with something else.
      const whole = text.lastIndexOf('\n\n');
      rest = whole === -1 ? text : text.slice(whole + 2);
      if (whole === -1) return;
      for (const line of text.slice(0, whole).split('\n')) if (line.startsWith('data: ')) onData(line.slice(6));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The stream ended before it began.')));
  });
}
