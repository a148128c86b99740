/** What only programs in Node have: the data folder of a product beside them, and patience beyond fetch's. */
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Fetch } from './client.js';
import type { Credentials } from './tokens.js';

/** What an all-in-one leaves in its data folder for the tools beside it. */
export interface LocalAddress extends Credentials {
  readonly url: string;
  /** The process that runs it. */
  readonly pid?: number;
}

export const addressFile = (dataDir: string): string => join(dataDir, 'demo.json');

/**
 * Undefined when no all-in-one runs on this folder: another product may answer at the address of one that was stopped.
 * @throws Error when its file cannot be read or understood
 */
export function readAddress(dataDir: string): LocalAddress | undefined {
  const file = addressFile(dataDir);
  try {
    const address = JSON.parse(readFileSync(file, 'utf8')) as LocalAddress;
    return address.pid === undefined || isAlive(address.pid) ? address : undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`${file} cannot be read: ${message}`, { cause: error });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, but somebody else's
  }
}

/** As `fetch`, which however gives up on an answer after five minutes: a log may take longer to fold. */
export const patientFetch: Fetch = (url, { method = 'GET', headers, body, signal }) =>
  new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? httpsRequest : httpRequest;
    const text = body as string | undefined;
    const length = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) };
    const options = {
      method,
      headers: { ...(headers as Record<string, string>), ...length },
      signal: signal ?? undefined,
    };
    const request = send(url, options, (response) => {
      const status = response.statusCode ?? 0;
      const isEmpty = status === 204 || status === 304;
      const stream = isEmpty ? null : (Readable.toWeb(response) as unknown as ReadableStream<Uint8Array>);
      const pairs = Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      );
      resolve(new Response(stream, { status, headers: pairs }));
    });
    request.on('error', (error) => reject(signal?.aborted === true ? (signal.reason as Error) : error));
    request.end(text);
  });
