/** Requests through the gateway, each written down with its end. */
import { globalAgent } from 'node:https';
import type { Fetch } from '@guichet/client';
import { patientFetch } from '@guichet/client/node';

export interface Exchange {
  readonly service: string;
  readonly what: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** The status, or why there was none. */
  readonly end: string;
  readonly isFine: boolean;
}

/** From here on this process trusts the authority that the gateway has made for itself. */
export const trust = (certificate: string): void => void (globalAgent.options.ca = certificate);

export class Exchanges {
  readonly all: Exchange[] = [];

  /** Reads each answer to its end, except a live stream. */
  readonly fetch: Fetch = async (url, init) => {
    const { pathname } = new URL(url);
    const startedMs = performance.now();
    const write = (end: string, isFine: boolean) => {
      const [, service = ''] = pathname.split('/');
      const what = `${init.method ?? 'GET'} ${pathname}`;
      this.all.push({ service, what, startedMs, endedMs: performance.now(), end, isFine });
    };
    try {
      const answer = await patientFetch(url, init);
      if (answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer;
      const text = await answer.text();
      write(answer.ok ? String(answer.status) : `${answer.status} ${text.slice(0, 200)}`, answer.ok);
      return new Response(text || null, { status: answer.status, headers: answer.headers });
    } catch (error) {
      if (init.signal?.aborted !== true) write(String(error), false);
      throw error;
    }
  };

  get failures(): readonly Exchange[] {
    return this.all.filter(({ isFine }) => !isFine);
  }
}
