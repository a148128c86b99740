/** What the index asks of OpenSearch: its API by path, through the official client. */
export interface OpenSearchClient {
  /**
   * @param path with a leading slash
   * @param body an object as JSON; a list of objects as lines of JSON
   * @throws OpenSearchRefusal for an answer above 399; any other error where no answer came
   */
  request<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object | readonly object[]): Promise<T>;
  close(): Promise<void>;
}

/** OpenSearch has answered, and refused. */
export class OpenSearchRefusal extends Error {
  override readonly name = 'OpenSearchRefusal';

  constructor(
    readonly status: number,
    /** As OpenSearch names it, such as `index_not_found_exception`. */
    readonly type: string,
    request: string,
  ) {
    super(`OpenSearch answered ${request} with ${status} ${type}`);
  }

  get isMissing(): boolean {
    return this.status === 404;
  }
}

export interface OpenSearchOptions {
  /** With the user's name and password where it asks for them. */
  readonly url: string;
  /** Within this an answer has begun, or the request has failed. Nothing is asked twice. */
  readonly timeoutMs: number;
}

/** The client's package is loaded here, and by nobody who does without it: it takes 20 MB. */
export async function connectOpenSearch({ url, timeoutMs }: OpenSearchOptions): Promise<OpenSearchClient> {
  const { Client, errors } = await import('@opensearch-project/opensearch');
  const client = new Client({ node: url, requestTimeout: timeoutMs, maxRetries: 0 });
  return {
    async request<T>(method: string, path: string, body?: object | readonly object[]) {
      const sent = Array.isArray(body) ? { bulkBody: body as object[] } : { body };
      try {
        const answer = await client.transport.request({ method, path, ...sent });
        return answer.body as T;
      } catch (error) {
        if (!(error instanceof errors.ResponseError)) throw error;
        const { statusCode = 0, body: told } = error;
        const { error: reason } = (told ?? {}) as { error?: { type?: string } | string };
        const type = typeof reason === 'string' ? reason : (reason?.type ?? '');
        throw new OpenSearchRefusal(statusCode, type, `${method} ${path}`);
      }
    },
    close: () => client.close(),
  };
}
