/** Reads other systems' times. */

/** Epoch milliseconds, or undefined where the text is not such a time. */
export type TimeParser = (text: string) => number | undefined;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What each letter group of a format reads, as a regular expression. Longer groups come first. */
const tokens: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d{2})',
  MMMM: '(?<monthName>[A-Za-z]{3,9})',
  MMM: '(?<monthName>[A-Za-z]{3,9})\\.?',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<hour12>\\d{2})',
  h: '(?<hour12>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  m: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{2})',
  s: '(?<second>\\d{1,2})',
  S: '(?<fraction>\\d{1,9})',
  a: '(?<half>[AaPp])\\.?[Mm]\\.?',
  X: '(?<offset>[Zz]|[+-]\\d{2}(?::?\\d{2})?)',
};
const tokenPattern = /yyyy|yy|MMMM|MMM|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|S+|a|X+|'([^']*)'|([A-Za-z])|([^A-Za-z']+)/g;

const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?\s*(?<offset>Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/**
 * @param format letters as in `dd/MM/yyyy HH:mm`, or `iso`, `unix-seconds`, `unix-milliseconds`
 * @param zone IANA name of the zone of times that carry no offset
 * @throws Error saying what cannot be read in the format
 */
export function timeParser(format: string, zone: string): TimeParser {
  if (format === 'unix-seconds') return (text) => number(text, 1000);
  if (format === 'unix-milliseconds') return (text) => number(text, 1);
  const toInstant = localToInstant(zone);
  const pattern = format === 'iso' ? iso : patternOf(format);
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    return groups && instantOf(groups, toInstant);
  };
}

/** Tries the formats in order. */
export function firstParser(formats: readonly string[], zone: string): TimeParser {
  const parsers = formats.map((format) => timeParser(format, zone));
  return (text) => {
    for (const parse of parsers) {
      const instant = parse(text);
      if (instant !== undefined) return instant;
    }
    return undefined;
  };
}

function number(text: string, factor: number): number | undefined {
  if (!/^-?\d{1,14}(\.\d{1,9})?$/.test(text)) return undefined;
  return Math.trunc(Number(text) * factor);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

function patternOf(format: string): RegExp {
  const parts = [...format.matchAll(tokenPattern)].map(([token, quoted, letter, literal]) => {
    if (quoted !== undefined) return escaped(quoted);
    if (literal !== undefined) return escaped(literal);
    if (letter !== undefined && letter !== 'T') throw new Error(`"${letter}" in "${format}" is no part of a time`);
    return letter === 'T' ? 'T' : (tokens[token] ?? tokens[token.charAt(0)] ?? '');
  });
  const source = parts.join('');
  if (!/<(year|shortYear)>/.test(source) || !/<(month|monthName)>/.test(source) || !source.includes('<day>')) {
    throw new Error(`"${format}" names no year, month and day`);
  }
  try {
    return new RegExp(`^${source}$`);
  } catch (error) {
    throw new Error(`"${format}" names a part of the time twice`, { cause: error });
  }
}

type Local = (
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
) => number;

function instantOf(groups: Record<string, string | undefined>, toInstant: Local): number | undefined {
  const month = groups['monthName']
    ? months.indexOf(groups['monthName'].slice(0, 3).toLowerCase()) + 1
    : Number(groups['month']);
  const year = groups['year']
    ? Number(groups['year'])
    : 2000 + Number(groups['shortYear']) - (Number(groups['shortYear']) >= 70 ? 100 : 0);
  const day = Number(groups['day']);
  const hour = groups['hour12'] ? hourOf(Number(groups['hour12']), groups['half']) : Number(groups['hour'] ?? 0);
  const [minute, second] = [Number(groups['minute'] ?? 0), Number(groups['second'] ?? 0)];
  const ms = Math.trunc(Number(`0.${groups['fraction'] ?? 0}`) * 1000);
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = groups['offset'];
  if (!offset) return toInstant(year, month, day, hour, minute, second, ms);
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - offsetMs(offset);
}

const isDate = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();

/** 12 am is midnight, 12 pm is noon. An impossible hour answers 99, which no day has. */
const hourOf = (hour: number, half: string | undefined): number =>
  hour < 1 || hour > 12 ? 99 : (hour % 12) + (half?.toLowerCase() === 'p' ? 12 : 0);

function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const digits = offset.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** In a gap of the clock the time moves forward by the gap; an ambiguous time is its first occurrence. */
function localToInstant(zone: string): Local {
  if (['UTC', 'Etc/UTC', 'Z'].includes(zone)) {
    return (year, month, ...rest) => Date.UTC(year, month - 1, ...rest);
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (error) {
    throw new Error(`"${zone}" is no time zone; write an IANA name such as Europe/Paris`, { cause: error });
  }
  return (year, month, day, hour, minute, second, millisecond) =>
    Temporal.PlainDateTime.from({ year, month, day, hour, minute, second, millisecond }).toZonedDateTime(zone, {
      disambiguation: 'compatible',
    }).epochMilliseconds;
}
