/** One request to one operation, and what came back. */
import type { Ids, Row } from './expectations.js';

export interface Attempt {
  readonly url: string;
  /** `GET /routing/v1/tickets/{ticketId}` */
  readonly operation: string;
  readonly row: Row;
  readonly ids: Ids;
  readonly token?: string;
  /** Instead of the row's. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Of a live stream: what had come when its first event was complete. */
  readonly text: string;
  /** `text` without anything the request itself said. */
  readonly ownText: string;
}

const timeoutMs = 15_000;

export async function attempt({ url, operation, row, ids, token, query, headers }: Attempt): Promise<Answer> {
  const [method = 'GET', template = ''] = operation.split(' ');
  const params: Record<string, string> = {
    ...{ ticketId: ids.ticketId, departmentId: ids.departmentId, agentId: ids.agentId, userId: ids.userId },
    ...{ articleId: ids.articleId, article: ids.articleId, categoryId: ids.categoryId, locale: 'en' },
    reportId: ids.reportId,
    ...{ fileId: ids.fileId, name: 'note.txt' },
    ...{ role: 'supervisor', kpi: 'tickets-opened', source: 'intake', streamId: `ticket-${ids.ticketId}` },
    ...row.params?.(ids),
  };
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(known(params, name)));
  const asked = query ?? row.query?.(ids) ?? {};
  const body = row.file?.(ids) ?? (row.body === undefined ? undefined : JSON.stringify(row.body(ids)));
  const type = row.file === undefined ? 'application/json' : 'application/octet-stream';
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error(`${operation} did not answer`)), timeoutMs);
  try {
    const response = await fetch(`${url}${path}?${new URLSearchParams(asked).toString()}`, {
      method,
      headers: {
        ...headers,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
      signal: controller.signal,
    });
    const isLive = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const text = isLive ? await firstEvent(response) : await response.text();
    const said = [...Object.values(params), ...Object.values(asked), ...(row.file === undefined ? strings(body) : [])];
    const ownText = said.reduce((rest, one) => rest.replaceAll(one, ''), text);
    return { status: response.status, headers: response.headers, text, ownText };
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

function known(params: Readonly<Record<string, string>>, name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`No value for the path parameter ${name}: add it to attempt.ts.`);
  return value;
}

async function firstEvent(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (/\ndata: .*\n\n/.test(text)) break;
  }
  return text;
}

/** Every text in a body, longest first: a short one must not cut a long one in two. */
function strings(body: string | undefined): string[] {
  const found: string[] = [];
  if (body !== undefined)
    JSON.parse(body, (_key, value: unknown) => {
      if (typeof value === 'string' && value.length > 3) found.push(value);
      return value;
    });
  return found.sort((a, b) => b.length - a.length);
}
