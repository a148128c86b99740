/** Sends what simulated people do over HTTP, again and again until the outcome is known. */
import { setTimeout as pause } from 'node:timers/promises';
import { commandIdOf } from '@guichet/http-host';
import type { Outcome, Publisher } from '../history.js';
import { type Answer, meaningOf } from './answers.js';
import type { Ledger } from './ledger.js';
import type { Claims, Tokens } from './tokens.js';

export interface Request {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One command under one Idempotency-Key. */
export interface Command {
  readonly service: Publisher;
  readonly tenant: string;
  readonly role: string;
  readonly path: string;
  readonly body?: unknown;
  readonly key: string;
  /** Where the answer does not say (a new ticket): derived from it. */
  readonly streamId: (answer: Readonly<Record<string, unknown>>) => string;
  readonly kind: string;
  readonly leadsTo: readonly string[];
  readonly mayBe?: readonly string[];
  readonly mustBeRefused?: boolean;
  /** A process of the service, instead of the gateway. */
  readonly url?: string;
  readonly after?: string;
}

export interface Told {
  readonly tenantId: string;
  readonly outcome: Outcome;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Response extends Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

const answerWithinMs = 8_000;
const longestPauseMs = 500;

export class People {
  constructor(
    private readonly url: string,
    private readonly tokens: Tokens,
    readonly ledger: Ledger,
  ) {}

  /** How long a command or query is repeated: once something did not come back, nobody waits long for the rest. */
  private patienceMs(): number {
    return this.ledger.findings.some(({ kind }) => kind === 'not back') ? 10_000 : 120_000;
  }

  /** Carries a command out. `repeat`: sends it once more after it was acknowledged, which must not change anything. */
  async command(command: Command, repeat = false): Promise<Told> {
    const { service, tenant, role, key, path, body, url, after } = command;
    const headers = { 'idempotency-key': key, ...(after === undefined ? {} : { 'guichet-after': after }) };
    const request = { method: 'POST', path, headers, ...(body !== undefined && { body }) } as const;
    const { tenantId, subject } = await this.tokens.claims(tenant, role);
    const { response, attempts, last } = await this.untilKnown(command, request, url ?? this.url);
    const outcome = outcomeOf(response, last);
    const answer = response?.body ?? {};
    this.ledger.sent.push({
      ...{ service, tenantId, attempts, outcome },
      commandId: commandIdOf({ tenantId, subject, operation: service, key }),
      streamId: outcome.is === 'acknowledged' ? command.streamId(answer) : '',
      kind: command.kind,
      leadsTo: command.leadsTo,
      mayBe: command.mayBe ?? [],
      mustBeRefused: command.mustBeRefused ?? false,
    });
    if (outcome.is === 'acknowledged') this.ledger.told(service, outcome.position);
    if (repeat && outcome.is === 'acknowledged' && command.leadsTo.length > 0) {
      await this.repeat(command, request, outcome);
    }
    return { tenantId, outcome, body: answer };
  }

  /**
   * Asks until the answer has seen `after`.
   * @returns undefined if it did not come in time, which is a finding
   */
  async see(
    who: { readonly tenant: string; readonly role: string; readonly kind: string },
    request: Request,
    url = this.url,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const began = performance.now();
    const { response, last } = await this.untilKnown(who, request, url);
    const waitedMs = performance.now() - began;
    if (request.headers?.['guichet-after']) {
      this.ledger.longestWaitMs = Math.max(this.ledger.longestWaitMs, waitedMs);
    }
    if (response !== undefined && meaningOf(response) === 'done') return response.body;
    const said = response === undefined ? last : `${response.status} ${response.code}`;
    this.ledger.find('not back', `${who.kind}: ${request.path} in vain for ${Math.round(waitedMs)} ms: ${said}`);
    return undefined;
  }

  /** Tenant and person that a token names. */
  whoIs(tenant: string, role: string): Promise<Claims> {
    return this.tokens.claims(tenant, role);
  }

  private async repeat(command: Command, request: Request, first: Outcome): Promise<void> {
    this.ledger.repeats++;
    const { response, last } = await this.untilKnown(command, request, this.url);
    const again = outcomeOf(response, last);
    if (JSON.stringify(again) === JSON.stringify(first)) return;
    const [was, is] = [first, again].map((one) => JSON.stringify(one));
    this.ledger.find('wrong answer', `${command.kind} with the key ${command.key}: first ${was}, repeated ${is}`);
  }

  private async untilKnown(
    who: { readonly tenant: string; readonly role: string; readonly kind: string },
    request: Request,
    url: string,
  ): Promise<{ response?: Response; attempts: number; last: string }> {
    const began = performance.now();
    let last = '';
    for (let attempts = 1; ; attempts++) {
      const response = await this.attempt(who, request, url).catch((error: unknown) => {
        last = reasonOf(error);
        this.ledger.hiccup(`no answer (${last})`);
        return undefined;
      });
      if (response !== undefined) {
        const meaning = meaningOf(response);
        if (meaning === 'done' || meaning === 'refused') return { response, attempts, last };
        last = `${response.status} ${response.code}`;
        this.ledger.hiccup(last);
        if (meaning === 'unclean')
          this.ledger.find(
            'unclean error',
            `${who.kind}: ${request.path} answered ${last}: ${JSON.stringify(response.body)}`,
          );
      }
      if (performance.now() - began > this.patienceMs()) return { attempts, last };
      await pause(Math.min(longestPauseMs, 25 * 2 ** attempts));
    }
  }

  private async attempt(
    { tenant, role }: { readonly tenant: string; readonly role: string },
    { method = 'GET', path, body, headers = {} }: Request,
    url: string,
  ): Promise<Response> {
    const token = await this.tokens.of(tenant, role);
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed = isJson ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {};
    const code = typeof parsed['code'] === 'string' ? parsed['code'] : '';
    return { status: response.status, code, body: parsed, headers: response.headers };
  }
}

function outcomeOf(response: Response | undefined, last: string): Outcome {
  if (response === undefined) return { is: 'unknown', last };
  const { status, code, headers } = response;
  if (meaningOf(response) !== 'done') return { is: 'refused', status, code };
  const version = Number(/^"(\d+)"$/.exec(headers.get('etag') ?? '')?.[1] ?? NaN);
  const position = Number(/=(\d+)$/.exec(headers.get('guichet-position') ?? '')?.[1] ?? NaN);
  return { is: 'acknowledged', status, version, position };
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'timeout';
  return cause?.code ?? cause?.message ?? message;
}
