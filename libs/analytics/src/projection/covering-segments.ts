/**
 * Finding what lasts at an instant by B-trees alone: the backlog's segments, and those of texts. Spans are sorted into classes by their length; a class's spans
 * that cover an instant began at most its `reachSeconds` before, so that a lookup reads little but what it finds.
 */

/**
 * Longest span of each class in seconds: an hour, then four times the class before. Class 0 holds those up to an hour.
 */
const reaches: readonly number[] = Array.from({ length: 10 }, (_, index) => 3600 * 4 ** index);
/** Class of the spans that are longer, or still last. */
const unbounded = reaches.length;

/** The class of a span; both instants in milliseconds, `to` null while it lasts. */
export function spanClass(from: number, to: number | null): number {
  if (to === null) return unbounded;
  const seconds = (to - from) / 1000;
  const found = reaches.findIndex((reach) => seconds <= reach);
  return found === -1 ? unbounded : found;
}

/**
 * From-clause: the segments of a tenant that cover an instant, as `segment`. `table` has the columns `tenant_id`,
 * `span_class`, `from_at` and `to_at`, and an index on them in this order. `instant` and `tenant` are SQL expressions, a parameter (`$1::timestamptz`) or a column of an earlier item: with `lateral`, a whole series in one
 * query. Class by class, by one look at the index each (`offset 0` keeps the planner from joining them): otherwise all
 * segments are read, the more there are.
 */
export const segmentsCovering = (table: string, tenant: string, instant: string): string => `
  (values ${reaches.map((reach, index) => `(${index}, interval '${reach} seconds')`).join(', ')},
          (${unbounded}, null::interval)) as class (span_class, reach)
  cross join lateral (
    select s.* from ${table} s
    where s.tenant_id = ${tenant} and s.span_class = class.span_class
      and s.from_at <= ${instant} and s.to_at > ${instant}
      and s.from_at > case when class.reach is null then '-infinity' else ${instant} - class.reach - interval '1 second' end
    offset 0
  ) as segment`;
