/** RFC 9457 problems: what every error of every endpoint looks like. */

/** One offending place in the request. `path` is like `streams[0].events[3].type`; empty means the whole body. */
export interface FieldProblem {
  readonly path: string;
  /** `missing`, `unknown-field`, `invalid` or one of the endpoint's own. */
  readonly code: string;
  readonly message: string;
}

export interface ProblemOptions {
  /** The reason, for a person. Never holds internals or other tenants' data. */
  readonly detail?: string;
  readonly errors?: readonly FieldProblem[];
  /** More members of the problem document, e.g. `{ actualVersion: 7 }`. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Request timed out',
  409: 'Refused',
  410: 'Gone',
  411: 'Length required',
  412: 'Precondition failed',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  422: 'Not valid',
  428: 'Precondition required',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  501: 'Not implemented',
  503: 'Not available now',
};

/** Throw it anywhere in a request: it becomes `application/problem+json` with a correlation id. */
export class Problem extends Error {
  readonly errors?: readonly FieldProblem[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  /** @param code stable and kebab-case: what programs decide on. */
  constructor(
    readonly status: number,
    readonly code: string,
    { detail, errors, extensions = {}, headers = {}, cause }: ProblemOptions = {},
  ) {
    super(detail ?? titles[status] ?? 'Error', cause === undefined ? undefined : { cause });
    this.name = 'Problem';
    this.errors = errors;
    this.extensions = extensions;
    this.headers = headers;
  }

  /** The document as sent. `type` is about:blank, because `code` is what identifies the problem. */
  document(correlationId: string): Record<string, unknown> {
    const title = titles[this.status] ?? 'Error';
    return {
      ...this.extensions,
      type: 'about:blank',
      title,
      status: this.status,
      code: this.code,
      ...(this.message === title ? {} : { detail: this.message }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
      correlationId,
    };
  }
}

export const badRequest = (code: string, detail: string, errors?: readonly FieldProblem[]): Problem =>
  new Problem(400, code, errors === undefined ? { detail } : { detail, errors });
export const forbidden = (code: string, detail: string): Problem => new Problem(403, code, { detail });
/** Also for another tenant's things: whether they exist is nobody's business. */
export const notFound = (code: string, detail: string): Problem => new Problem(404, code, { detail });
export const conflict = (code: string, detail: string, extensions?: Readonly<Record<string, unknown>>): Problem =>
  new Problem(409, code, extensions === undefined ? { detail } : { detail, extensions });
/** Well formed, but meaning nothing here: an unknown KPI, zone or department, a reversed period. */
export const unprocessable = (code: string, detail: string, errors?: readonly FieldProblem[]): Problem =>
  new Problem(422, code, errors === undefined ? { detail } : { detail, errors });
