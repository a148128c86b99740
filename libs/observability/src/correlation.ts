/** What ties log lines, events and answers of one piece of work together, from the request to the projection. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

export interface Correlation {
  readonly correlationId: string;
  /** W3C trace context, in the form of its version 00: 55 characters. */
  readonly traceparent?: string;
  /** Known once the caller is: set by the authentication guard. */
  tenantId?: string;
}

const storage = new AsyncLocalStorage<Correlation>();

/** The correlation of the work going on; undefined outside of any. */
export const currentCorrelation = (): Correlation | undefined => storage.getStore();

/** Log lines written inside `work`, also asynchronously, carry this correlation: for policies, projections, tools. */
export const withCorrelation = <Result>(correlation: Correlation, work: () => Result): Result =>
  storage.run(correlation, work);

const safeId = /^[\w.:@/+=-]{1,128}$/;
const traceContext = /^(?!ff)([0-9a-f]{2})-((?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;

/** Of a later version of the recommendation what this one knows of it; nothing else, as an event holds no more. */
function traceOf(header: string | undefined): { readonly traceId: string; readonly traceparent: string } | undefined {
  const [, version, context, traceId, more] = traceContext.exec(header ?? '') ?? [];
  if (traceId === undefined || (version === '00' && more !== undefined)) return undefined;
  return { traceId, traceparent: `00-${context}` };
}

const single = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

/**
 * Takes `x-correlation-id` if it is a plain id, else the trace id of a valid `traceparent`, else a new UUID.
 * A bad header is ignored, as the trace context recommendation asks: it must never fail a request.
 */
export function correlationFrom(headers: Readonly<Record<string, string | string[] | undefined>>): Correlation {
  const given = single(headers['x-correlation-id']);
  const trace = traceOf(single(headers['traceparent']));
  const correlationId = given !== undefined && safeId.test(given) ? given : (trace?.traceId ?? randomUUID());
  return trace === undefined ? { correlationId } : { correlationId, traceparent: trace.traceparent };
}
