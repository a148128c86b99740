/** For tests: a client of Server-Sent Events that keeps what it got. */
export interface LiveEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: { readonly ticketId?: string; readonly status?: string; readonly waiting?: number };
}

export interface LiveConnection {
  /** Grows while the connection is open. */
  readonly events: readonly LiveEvent[];
  /** Resolves when either side has ended the stream. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface LiveRequest {
  readonly token: string;
  readonly from?: string;
  readonly lastEventId?: string;
}

export async function openLive(url: string, { token, from, lastEventId }: LiveRequest): Promise<LiveConnection> {
  const abort = new AbortController();
  const response = await fetch(from === undefined ? url : `${url}?from=${from}`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: abort.signal,
  });
  if (!response.ok || !response.body) throw new Error(`No live stream: ${response.status} ${await response.text()}`);
  const events: LiveEvent[] = [];
  const reading = read(response.body, events, abort.signal);
  return {
    events,
    ended: reading,
    async close() {
      abort.abort();
      await reading;
    },
  };
}

async function read(body: ReadableStream<Uint8Array>, events: LiveEvent[], signal: AbortSignal): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = parse(text.slice(0, end));
        if (event) events.push(event);
        text = text.slice(end + 2);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error; // closing the connection is how a test ends it
  }
}

/** Undefined for comments, such as heartbeats. */
function parse(frame: string): LiveEvent | undefined {
  const fields = new Map(
    frame.split('\n').map((line): [string, string] => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id'), event: fields.get('event'), data: JSON.parse(data) as LiveEvent['data'] };
}
