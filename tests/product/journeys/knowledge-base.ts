/** The knowledge base as its people use it: through HTTP only, each with a token of their own. */
import { type Answer, claimsOf, GuichetClient, Positions, Refused, type SendOptions } from '@guichet/client';
import type { Product } from '../product.js';

export type Person =
  'reader' | 'requester' | 'agent' | 'author' | 'translator' | 'editor' | 'admin' | 'analyst' | 'importer';

/** An article that somebody has begun. */
export interface Begun {
  readonly articleId: string;
  readonly number: number;
}

/** A text of an article, as an author writes it. */
export interface Draft {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly summary?: string;
  readonly keywords?: readonly string[];
  readonly follows?: number;
}

export interface Saved {
  readonly revision: number;
  readonly version: number;
}

type Asked = Readonly<Record<string, string | number | undefined>>;

export class KnowledgeBase {
  private readonly clients = new Map<Person, GuichetClient>();
  /** What anybody has written: everybody asks for answers that have seen it. */
  private readonly positions = new Positions();

  private constructor(
    private readonly product: Pick<Product, 'url' | 'tokens'>,
    readonly tenant: string,
    private readonly told: string[],
  ) {}

  /** One of a tenant of its own. `told` takes what the journey tells. */
  static async of(product: Pick<Product, 'url' | 'tokens'>, tenant: string, told: string[]): Promise<KnowledgeBase> {
    const operator = new GuichetClient({ baseUrl: product.url, tokens: product.tokens('demo', 'operator') });
    await operator.post('/identity/v1/tenants', { slug: tenant, name: tenant, timeZone: 'UTC' });
    return new KnowledgeBase(product, tenant, told);
  }

  /** Tells what differs from run to run. */
  tell(words: string): void {
    this.told.push(words);
  }

  /** For requests that are not about what was written before, and for other services. */
  as(person: Person): GuichetClient {
    const client =
      this.clients.get(person) ??
      new GuichetClient({ baseUrl: this.product.url, tokens: this.product.tokens(this.tenant, person) });
    this.clients.set(person, client);
    return client;
  }

  /** The `sub` of a person's tokens. */
  async idOf(person: Person): Promise<string> {
    return claimsOf(await this.product.tokens(this.tenant, person).token()).subject;
  }

  /** An answer that has seen all that was written before. `path` is below `/knowledge/v1`. */
  get<T>(person: Person, path: string, query: Asked = {}): Promise<T> {
    return this.as(person).get<T>(`/knowledge/v1${path}`, { query, after: this.positions.toString() });
  }

  async send<T>(
    person: Person,
    method: 'POST' | 'PUT',
    path: string,
    body: unknown = {},
    options: SendOptions = {},
  ): Promise<Answer<T>> {
    const answer = await this.as(person).send<T>(method, `/knowledge/v1${path}`, body, options);
    this.positions.add(answer.position);
    return answer;
  }

  /** Sends a file; answers what the product says of it. @throws Error where it is refused */
  async sendFile<T>(person: Person, path: string, query: Asked, content: Uint8Array<ArrayBuffer>): Promise<T> {
    const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    const answer = await this.fetch(person, `${path}?${asked.toString()}`, { method: 'POST', body: content });
    const body = (await answer.json()) as T;
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(body)}`);
    this.positions.add(answer.headers.get('guichet-position') ?? undefined);
    return body;
  }

  /** Reads a file to its end. */
  async read(
    person: Person,
    path: string,
  ): Promise<{ readonly status: number; readonly type: string | null; bytes: number }> {
    const answer = await this.fetch(person, path, { headers: { 'guichet-after': this.positions.toString() } });
    const { byteLength: bytes } = await answer.arrayBuffer();
    return { status: answer.status, type: answer.headers.get('content-type'), bytes };
  }

  private async fetch(person: Person, path: string, init: RequestInit): Promise<Response> {
    const headers = {
      ...{ authorization: `Bearer ${await this.product.tokens(this.tenant, person).token()}` },
      ...{ 'content-type': 'application/octet-stream', ...(init.headers as Record<string, string> | undefined) },
    };
    return fetch(`${this.product.url}/knowledge/v1${path}`, { ...init, headers });
  }

  async delete(person: Person, path: string): Promise<void> {
    this.positions.add((await this.as(person).ask('DELETE', `/knowledge/v1${path}`)).position);
  }

  async begin(article: object = {}): Promise<Begun> {
    return (await this.send<Begun>('author', 'POST', '/articles', article)).body;
  }

  /** Saves a draft on the version that was read; the first one without a version. */
  async save(articleId: string, locale: string, draft: Draft, version?: number): Promise<Saved> {
    const options = { ifMatch: version === undefined ? undefined : `"${version}"`, idempotencyKey: false } as const;
    const path = `/articles/${articleId}/texts/${locale}/draft`;
    return (await this.send<Saved>('author', 'PUT', path, draft, options)).body;
  }

  /** Saves and publishes a text; answers the version that the next save is made on. */
  async publish(
    articleId: string,
    locale: string,
    draft: Draft,
    on: { readonly version?: number; readonly significance?: 'minor' | 'update' | 'major' } = {},
  ): Promise<Saved> {
    const { revision } = await this.save(articleId, locale, draft, on.version);
    const { significance = 'update' } = on;
    const path = `/articles/${articleId}/texts/${locale}/publications`;
    const { body } = await this.send<{ version: number }>('editor', 'POST', path, { revision, significance });
    return { revision, version: body.version };
  }
}

/** The refusal that a request is answered with. @throws Error where it is not refused */
export async function refusalOf(request: Promise<unknown>): Promise<Refused> {
  try {
    await request;
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
  throw new Error('It was not refused.');
}
