/** What text may hold. Pure. */

/** PostgreSQL cannot store U+0000, and a lone surrogate is no character: both are refused at the edge. */
export const isStorable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed();

/** Characters as people and JSON Schema count them (code points); stops caring beyond `max`. */
export function fits(value: string, min: number, max: number): boolean {
  if (value.length < min || value.length > max * 2) return false;
  if (value.length <= max && min <= 1) return true;
  const characters = [...value].length;
  return characters >= min && characters <= max;
}

/** RFC 3339 with a zone, a real date, between the years 1970 and 9998, at most nanoseconds. */
export function isInstant(value: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/.exec(
    value,
  );
  if (match === null) return false;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return (
    year >= 1970 &&
    year <= 9998 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth &&
    hour < 24 &&
    minute < 60 &&
    second < 60
  );
}

/** A BCP 47 tag in canonical form, e.g. `pl`, `fr-CA`. */
export function isLocale(value: string): boolean {
  try {
    return value.length <= 35 && Intl.getCanonicalLocales(value)[0] === value;
  } catch {
    return false; // RangeError is how Intl says that the tag is malformed
  }
}
