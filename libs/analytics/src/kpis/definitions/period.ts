/** Which instants a question is about: local dates or instants in, milliseconds since 1970 out. Pure: no clock. */
import { firstInstantMs, lastInstantMs } from '@guichet/contracts';
import { DomainError } from '@guichet/event-sourcing';

export const bucketUnits = ['hour', 'day', 'week', 'month'] as const;
export type BucketUnit = (typeof bucketUnits)[number];

/** Half-open: `fromMs` belongs to it, `toMs` does not. Milliseconds since 1970, UTC. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Period extends Span {
  /** IANA name, in its usual spelling. */
  readonly timeZone: string;
}

/** One step of a series, clipped to the period. `label` names the whole local hour, day, ISO week or month. */
export interface Bucket extends Span {
  readonly label: string;
}

/** A series with more steps than this is refused. */
export const maxBuckets = 5_000;

const localDate = /^\d{4}-\d{2}-\d{2}$/;
// A plus sign that was not percent-encoded arrives as a blank.
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+ -]\d{2}:\d{2})$/;

const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const [firstDate, dateAfterLast] = [dateOf(firstInstantMs), dateOf(lastInstantMs + 1)];

export const isDate = (text: string): boolean => localDate.test(text);

const invalid = (code: string, parameter: string, message: string) =>
  new DomainError(code, message, { parameter }, 'invalid');

/** The zone in its usual spelling (`europe/paris` → `Europe/Paris`); throws `unknown-time-zone`. */
export function timeZoneOf(name: string): string {
  // Temporal would also take an offset such as +01:00, which has no daylight saving: almost never what is meant.
  if (!/^[A-Za-z]/.test(name)) throw unknownZone(name);
  try {
    return new Temporal.ZonedDateTime(0n, name).timeZoneId;
  } catch {
    throw unknownZone(name); // RangeError: not in the zone database
  }
}
const unknownZone = (name: string) =>
  invalid('unknown-time-zone', 'timeZone', `"${name}" is not the IANA name of a time zone, such as Europe/Paris.`);

/**
 * A local date (its first instant in the zone) or an instant, in milliseconds since 1970; finer fractions are cut.
 * Throws `invalid-time` naming the parameter.
 */
export function momentOf(text: string, timeZone: string, parameter: string): number {
  const ms = localDate.test(text) ? startOfDate(text, timeZone) : instant.test(text) ? instantOf(text) : undefined;
  if (ms === undefined) {
    throw invalid('invalid-time', parameter, `"${text}" is neither a date (2026-01-31) nor an instant (…T09:00:00Z).`);
  }
  // A local date is within wherever its midnight lies.
  const isWithin = isDate(text)
    ? text >= firstDate && text <= dateAfterLast
    : ms >= firstInstantMs && ms <= lastInstantMs + 1;
  if (!isWithin) {
    throw invalid('time-out-of-range', parameter, `${parameter} must lie in the years from 1900 to 2199.`);
  }
  return ms;
}

function startOfDate(text: string, timeZone: string): number | undefined {
  try {
    return startOfDay(Temporal.PlainDate.from(text, { overflow: 'reject' }), timeZone);
  } catch {
    return undefined; // RangeError: the 31st of February
  }
}

function instantOf(text: string): number | undefined {
  try {
    return Temporal.Instant.from(text.replace(' ', '+')).epochMilliseconds;
  } catch {
    return undefined; // RangeError: 25 o'clock
  }
}

/** First instant of a local date; of a date that the zone skipped, the first instant after the gap. */
const startOfDay = (date: Temporal.PlainDate, timeZone: string) => date.toZonedDateTime(timeZone).epochMilliseconds;

const localDateOf = (ms: number, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();

/** The local midnight at or before an instant. */
export const startOfLocalDay = (ms: number, timeZone: string): number =>
  startOfDay(localDateOf(ms, timeZone), timeZone);

/** The first local midnight after an instant. */
export const endOfLocalDay = (ms: number, timeZone: string): number => {
  let date = localDateOf(ms, timeZone);
  for (;;) {
    date = date.add({ days: 1 });
    const next = startOfDay(date, timeZone);
    if (next > ms) return next;
  }
};

/**
 * Checks the order of the two ends; throws `reversed-period`. An empty period is allowed to nobody: it says nothing.
 */
export function periodOf(fromMs: number, toMs: number, timeZone: string): Period {
  if (fromMs >= toMs) throw reversed();
  return { fromMs, toMs, timeZone };
}

export const reversed = () =>
  invalid('reversed-period', 'to', '`to` must be later than `from`: the period is half-open [from, to).');

/**
 * The period cut at local boundaries. Days have the hours the zone gives them (23 or 25 when clocks change), a date
 * that the zone skipped has no bucket, weeks start on Monday (ISO 8601). Throws `too-many-buckets`.
 */
export function bucketsOf(period: Period, unit: BucketUnit): readonly Bucket[] {
  const buckets: Bucket[] = [];
  for (const bucket of unit === 'hour' ? hours(period) : dates(period, unit)) {
    if (bucket.toMs <= period.fromMs) continue;
    if (bucket.fromMs >= period.toMs) break;
    if (buckets.length === maxBuckets) throw tooManyBuckets(unit);
    buckets.push({
      label: bucket.label,
      fromMs: Math.max(bucket.fromMs, period.fromMs),
      toMs: Math.min(bucket.toMs, period.toMs),
    });
  }
  return buckets;
}
const tooManyBuckets = (unit: BucketUnit) =>
  invalid('too-many-buckets', 'bucket', `More than ${maxBuckets} buckets of one ${unit}: ask for a shorter period.`);

function* dates({ fromMs, timeZone }: Period, unit: Exclude<BucketUnit, 'hour'>): Generator<Bucket> {
  let date = firstDateOf(localDateOf(fromMs, timeZone), unit);
  let start = startOfDay(date, timeZone);
  for (;;) {
    const nextDate = date.add(unit === 'day' ? { days: 1 } : unit === 'week' ? { days: 7 } : { months: 1 });
    const next = startOfDay(nextDate, timeZone);
    if (next > start) yield { fromMs: start, toMs: next, label: dateLabel(date, unit) };
    date = nextDate;
    start = next;
  }
}

function firstDateOf(date: Temporal.PlainDate, unit: Exclude<BucketUnit, 'hour'>): Temporal.PlainDate {
  switch (unit) {
    case 'day':
      return date;
    case 'week':
      return date.subtract({ days: date.dayOfWeek - 1 });
    case 'month':
      return date.with({ day: 1 });
  }
}

function dateLabel(date: Temporal.PlainDate, unit: Exclude<BucketUnit, 'hour'>): string {
  switch (unit) {
    case 'day':
      return date.toString();
    case 'week':
      return `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, '0')}`;
    case 'month':
      return date.toPlainYearMonth().toString();
  }
}

/**
 * The hours that the local clock shows. Where clocks change within an hour, it is cut there: an hour is shorter, or
 * comes twice and its label says with which offset.
 */
function* hours({ fromMs, timeZone }: Period): Generator<Bucket> {
  let at = startOfHour(Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone));
  let change = at.getTimeZoneTransition('next');
  for (;;) {
    const full = at.add({ milliseconds: hourMs - msIntoHour(at) });
    const next = change && isBefore(change, full) ? change : full;
    yield { fromMs: at.epochMilliseconds, toMs: next.epochMilliseconds, label: hourLabel(at) };
    if (change && !isBefore(next, change)) change = next.getTimeZoneTransition('next');
    at = next;
  }
}

const hourMs = 3_600_000;
const msIntoHour = ({ minute, second, millisecond }: Temporal.ZonedDateTime) =>
  (minute * 60 + second) * 1000 + millisecond;
const isBefore = (a: Temporal.ZonedDateTime, b: Temporal.ZonedDateTime): boolean =>
  a.epochMilliseconds < b.epochMilliseconds;

/** When the clock's hour began, or the clocks changed within it. */
function startOfHour(at: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const full = at.subtract({ milliseconds: msIntoHour(at) });
  const change = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  return change && isBefore(full, change) ? change : full;
}

/** The hour itself, also where the clocks changed within it: which minutes it has, `from` and `to` say. */
const hourLabel = (at: Temporal.ZonedDateTime): string =>
  `${at.toPlainDate().toString()}T${String(at.hour).padStart(2, '0')}:00${at.offset}`;

/** RFC 3339 in UTC; milliseconds only where there are any. */
export const instantText = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(ms).toString();
