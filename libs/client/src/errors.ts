/** What can go wrong with a request, as errors that programs can tell apart. */

/** One offending place in the request: `path` is like `streams[0].events[3].type`. */
export interface FieldProblem {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** A request that brought no answer to use. The message is for people. */
export abstract class ApiError extends Error {
  /** HTTP status; undefined when nothing answered. */
  abstract readonly status: number | undefined;
  /** Stable and kebab-case; undefined where no Guichet answered. */
  abstract readonly code: string | undefined;
}

/** Nothing answered, or the answer broke off, although it was tried again. */
export class NoAnswer extends ApiError {
  readonly status = undefined;
  readonly code = undefined;

  constructor(
    readonly origin: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(`${origin} does not answer (${reason})`, options);
    this.name = 'NoAnswer';
  }
}

/** A live stream was ended by a host that is about to stop: another one goes on with it. */
export class HostRestarts extends NoAnswer {
  constructor(origin: string) {
    super(origin, 'the live stream goes on elsewhere: its host restarts');
    this.name = 'HostRestarts';
  }
}

/** The document of a refusal: RFC 9457, or OAuth's, or nothing of the kind (a gateway's page). */
interface ProblemDocument {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly FieldProblem[];
  readonly correlationId?: string;
  readonly error?: string;
  readonly error_description?: string;
}

const shownCharacters = 300;
const shownFields = 5;

/** An answer with a status of 400 or more. */
export class Refused extends ApiError {
  readonly code: string | undefined;
  /** The reason, for a person. */
  readonly detail: string;
  readonly errors: readonly FieldProblem[];
  readonly correlationId: string | undefined;
  /** Every member of the problem document, such as `waitingFor` and `lag`. */
  readonly document: Readonly<Record<string, unknown>>;

  /**
   * @param what the request, such as `POST /intake/v1/tickets`
   * @param retryAfterMs from `Retry-After`; undefined where the answer has none
   */
  constructor(
    readonly what: string,
    readonly status: number,
    text: string,
    readonly retryAfterMs?: number,
  ) {
    const document = documentIn(text);
    const { title, detail, code, error, error_description: description, errors = [] } = document as ProblemDocument;
    const reason = detail ?? description ?? title ?? text.slice(0, shownCharacters);
    super(`${what} answered ${status}: ${reason || 'no reason given'}${fieldsIn(errors)}`);
    this.name = 'Refused';
    this.code = code ?? error;
    this.detail = reason;
    this.errors = errors;
    this.correlationId = (document as ProblemDocument).correlationId;
    this.document = document;
  }
}

function documentIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? (document as Record<string, unknown>) : {};
  } catch {
    // A proxy's page rather than a problem: its text is shown as it is.
    return {};
  }
}

function fieldsIn(errors: readonly FieldProblem[]): string {
  if (!Array.isArray(errors) || errors.length === 0) return '';
  const shown = errors.slice(0, shownFields).map(({ path, message }) => `${path || 'the body'} ${message}`);
  const more = errors.length > shownFields ? `; and ${errors.length - shownFields} more` : '';
  return ` (${shown.join('; ')}${more})`;
}

/** fetch hides what happened in `cause`. By shape, since an error may come from another realm. */
export function reasonOf(error: unknown): string {
  const { name, message, code, cause } = Object(error) as {
    name?: string;
    message?: string;
    code?: unknown;
    cause?: unknown;
  };
  if (name === 'TimeoutError') return 'no answer in time';
  if (typeof cause === 'object' && cause !== null) return reasonOf(cause);
  if (message) return message;
  return typeof code === 'string' ? code : (name ?? String(error));
}
