/** Reads other systems' times. */
import { closest } from '@guichet/config';

/** Epoch milliseconds, or undefined where the text is not such a time. */
export type TimeParser = (text: string) => number | undefined;

/** What each letter group of a format reads, as a regular expression. Longer groups come first. */
const tokens: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  yy: '(?<shortYear>\\d{2})',
  MMMM: '(?<monthName>[\\p{L}]{3,20}\\.?)',
  MMM: '(?<monthName>[\\p{L}]{3,20}\\.?)',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  E: '[\\p{L}]{2,20}\\.?',
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
  X: '(?<offset>[Zz]|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)',
};
const tokenPattern = /yyyy|yy|MMMM|MMM|MM|M|dd|d|E+|HH|H|hh|h|mm|m|ss|s|S+|a|X+|'([^']*)'|([A-Za-z])|([^A-Za-z']+)/g;

const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?\s*(?<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Formats that are a word rather than letters. */
const words = ['iso', 'unix-seconds', 'unix-milliseconds', 'excel'];

export interface TimeOptions {
  /** Language of month names; default English. */
  readonly locale?: string;
}

/**
 * @param format letters as in `dd/MM/yyyy HH:mm`, or `iso`, `unix-seconds`, `unix-milliseconds`, `excel`
 * @param zone IANA name of the zone of times that carry no offset
 * @throws Error saying what cannot be read in the format
 */
export function timeParser(format: string, zone: string, { locale = 'en' }: TimeOptions = {}): TimeParser {
  if (format === 'unix-seconds') return (text) => number(text, 1000);
  if (format === 'unix-milliseconds') return (text) => number(text, 1);
  const toInstant = localToInstant(zone);
  if (format === 'excel') return (text) => ofSerial(text, toInstant);
  const pattern = format === 'iso' ? iso : patternOf(format);
  const monthOf = monthNames(locale);
  return (text) => {
    const groups = pattern.exec(text)?.groups;
    return groups && instantOf(groups, toInstant, monthOf);
  };
}

/** Tries the formats in order. */
export function firstParser(formats: readonly string[], zone: string, options: TimeOptions = {}): TimeParser {
  const parsers = formats.map((format) => timeParser(format, zone, options));
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

const msPerDay = 86_400_000;
/** Day 1 of a spreadsheet is 1900-01-01, and its 1900 had a 29 February: from March on, day 0 is 1899-12-30. */
const serialEpoch = Date.UTC(1899, 11, 30);
const maxSerial = 2_958_466;

/** A spreadsheet's number of days, by the clock on the wall. Fractions of a day are as exact as a second. */
function ofSerial(text: string, toInstant: Local): number | undefined {
  const days = /^\d{1,7}([.,]\d{1,15})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
  if (!(days >= 61 && days < maxSerial)) return undefined;
  const at = new Date(serialEpoch + Math.round((days * msPerDay) / 1000) * 1000);
  return toInstant(
    at.getUTCFullYear(),
    at.getUTCMonth() + 1,
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    0,
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

function patternOf(format: string): RegExp {
  const parts = [...format.matchAll(tokenPattern)].map(([token, quoted, letter, literal]) => {
    if (quoted !== undefined) return escaped(quoted);
    if (literal !== undefined) return escaped(literal);
    if (letter !== undefined && letter !== 'T')
      throw new Error(`"${letter}" in "${format}" is no part of a time${suggestion(format)}`);
    return letter === 'T' ? 'T' : (tokens[token] ?? tokens[token.charAt(0)] ?? '');
  });
  const source = parts.join('');
  if (!/<(year|shortYear)>/.test(source) || !/<(month|monthName)>/.test(source) || !source.includes('<day>')) {
    throw new Error(`"${format}" names no year, month and day${suggestion(format)}`);
  }
  if (source.includes('<hour12>') && !source.includes('<half>'))
    throw new Error(`"${format}" counts hours to 12 without saying which half: add a, or write H for hours to 23`);
  if (source.includes('<hour>') && source.includes('<half>'))
    throw new Error(`"${format}" counts hours to 23 beside AM and PM: write h instead of H`);
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch (error) {
    throw new Error(`"${format}" names a part of the time twice`, { cause: error });
  }
}

const strftime: Readonly<Record<string, string>> = {
  ...{ Y: 'yyyy', y: 'yy', m: 'MM', d: 'dd', H: 'HH', I: 'hh', M: 'mm', S: 'ss', p: 'a', f: 'S', z: 'X' },
  ...{ b: 'MMM', B: 'MMMM', a: 'EEE', A: 'EEEE', e: 'd', F: 'yyyy-MM-dd', T: 'HH:mm:ss' },
};

/** The same format in our letters, where it is written as other tools write theirs. */
function suggestion(format: string): string {
  const rewritten = format.includes('%')
    ? format.replaceAll(/%-?([A-Za-z])/g, (all, letter: string) => strftime[letter] ?? all)
    : format
        .replaceAll('Y', 'y')
        .replaceAll('D', 'd')
        .replaceAll('A', 'a')
        .replaceAll(/Z+/g, 'X')
        .replaceAll('SSS', 'S');
  const meant = rewritten === format ? closest(format, words) : rewritten;
  if (meant === undefined) return '';
  try {
    timeParser(meant, 'UTC');
    return `; did you mean ${meant}?`;
  } catch {
    // Not a spelling that is known here.
    return '';
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

type Groups = Readonly<Record<string, string | undefined>>;

function instantOf(groups: Groups, toInstant: Local, monthOf: (name: string) => number): number | undefined {
  const month = groups['monthName'] ? monthOf(groups['monthName']) : Number(groups['month']);
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
  return utc(year, month, day, hour, minute, second, ms) - offsetMs(offset);
}

/** Date.UTC takes years below 100 for those of the twentieth century. */
const utc: Local = (year, month, day, hour, minute, second, ms) =>
  new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000 + ms;

const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const isDate = (year: number, month: number, day: number): boolean =>
  day >= 1 && day <= (daysIn[month - 1] ?? 0) + (month === 2 && isLeap(year) ? 1 : 0);

/** 12 am is midnight, 12 pm is noon. An impossible hour answers 99, which no day has. */
const hourOf = (hour: number, half: string | undefined): number =>
  hour < 1 || hour > 12 ? 99 : (hour % 12) + (half?.toLowerCase() === 'p' ? 12 : 0);

function offsetMs(offset: string): number {
  if (/^[zug]/i.test(offset)) return 0;
  const digits = offset.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[\p{M}.]/gu, '')
    .toLowerCase();

const namesOf = new Map<string, (name: string) => number>();

/** Number of a month from 1, by its name or the beginning of it; 0 for none, or for several. */
function monthNames(locale: string): (name: string) => number {
  const known = namesOf.get(locale) ?? readMonthNames(locale);
  namesOf.set(locale, known);
  return known;
}

function readMonthNames(locale: string): (name: string) => number {
  const forms = Array.from({ length: 12 }, (_, month) => {
    const day = new Date(Date.UTC(2024, month, 15));
    // Some languages write a month differently beside a day.
    const styles = [{ month: 'long' }, { month: 'short' }, { month: 'long', day: 'numeric' }] as const;
    const written = styles.map((style) =>
      new Intl.DateTimeFormat(locale, { ...style, timeZone: 'UTC' })
        .formatToParts(day)
        .find(({ type }) => type === 'month'),
    );
    return written.map((part) => plain(part?.value ?? ''));
  });
  const known = new Map<string, number>();
  return (name) => {
    const number = known.get(name) ?? monthOf(plain(name), forms);
    if (known.size < 100) known.set(name, number);
    return number;
  };
}

function monthOf(name: string, forms: readonly (readonly string[])[]): number {
  const exact = forms.findIndex((written) => written.includes(name));
  if (exact >= 0) return exact + 1;
  const begun = forms.flatMap((written, month) => (written.some((form) => form.startsWith(name)) ? [month + 1] : []));
  return begun.length === 1 ? begun[0]! : 0;
}

/** In a gap of the clock the time moves forward by the gap; an ambiguous time is its first occurrence. */
function localToInstant(zone: string): Local {
  if (['UTC', 'Etc/UTC', 'Z'].includes(zone)) return utc;
  checkZone(zone);
  return (year, month, day, hour, minute, second, millisecond) =>
    Temporal.PlainDateTime.from({ year, month, day, hour, minute, second, millisecond }).toZonedDateTime(zone, {
      disambiguation: 'compatible',
    }).epochMilliseconds;
}

/** Abbreviations that people write; most stand for several zones, or for one half of the year. */
const abbreviations: Readonly<Record<string, string>> = {
  ...{ CET: 'Europe/Paris', CEST: 'Europe/Paris', MEZ: 'Europe/Berlin', MESZ: 'Europe/Berlin', BST: 'Europe/London' },
  ...{ WET: 'Europe/Lisbon', WEST: 'Europe/Lisbon', EET: 'Europe/Athens', EEST: 'Europe/Athens', MSK: 'Europe/Moscow' },
  ...{ EST: 'America/New_York', EDT: 'America/New_York', ET: 'America/New_York', CST: 'America/Chicago' },
  ...{ CDT: 'America/Chicago', MST: 'America/Denver', MDT: 'America/Denver', PST: 'America/Los_Angeles' },
  ...{ PDT: 'America/Los_Angeles', IST: 'Asia/Kolkata', JST: 'Asia/Tokyo', AEST: 'Australia/Sydney' },
  ...{ AEDT: 'Australia/Sydney', BRT: 'America/Sao_Paulo', SGT: 'Asia/Singapore' },
};

/** @throws Error for a zone that is unknown, or a name of which nobody knows whether it has summer time */
export function checkZone(zone: string): void {
  const meant = abbreviations[zone.toUpperCase()];
  if (meant !== undefined)
    throw new Error(`"${zone}" is an abbreviation, which leaves summer time open; write an IANA name such as ${meant}`);
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (error) {
    const zones = Intl.supportedValuesOf('timeZone');
    const city = zones.find((one) => one.toLowerCase().endsWith(`/${zone.toLowerCase().replaceAll(' ', '_')}`));
    const near = city ?? closest(zone, zones) ?? 'Europe/Paris';
    throw new Error(`"${zone}" is no time zone; write an IANA name such as ${near}`, { cause: error });
  }
}

/** The same format with day and month exchanged; undefined where they cannot be taken for one another. */
export function swapped(format: string): string | undefined {
  const [, day, between, month] = /(d{1,2})([/-])(M{1,2})(?!M)/.exec(format) ?? [];
  if (day !== undefined) return format.replace(`${day}${between}${month}`, `${month}${between}${day}`);
  const [, m, middle, d] = /(?<!M)(M{1,2})([/-])(d{1,2})/.exec(format) ?? [];
  return m === undefined || /y.?M/.test(format) ? undefined : format.replace(`${m}${middle}${d}`, `${d}${middle}${m}`);
}

// On one line each: a format a line would take fifty.
const dates = ['d/M/yyyy', 'M/d/yyyy', 'd.M.yyyy', 'd-M-yyyy', 'M-d-yyyy', 'yyyy/M/d', 'yyyy-M-d', 'yyyy.M.d', 'd/M/yy', 'M/d/yy', 'd.M.yy', 'd MMM yyyy', 'd-MMM-yyyy', 'd-MMM-yy', 'd MMM yy', 'd. MMM yyyy', 'MMM d, yyyy', 'MMM d yyyy', 'EEE, d MMM yyyy', 'EEE MMM d yyyy', 'yyyyMMdd']; // prettier-ignore
const clocks = ['', ' H:mm', ' H:mm:ss', ' H:mm:ss.S', ' h:mm a', ' h:mm:ss a', " 'at' h:mm a", ', H:mm', ', h:mm a', ', h:mm:ss a', 'THH:mm:ss', 'THH:mm:ss.SX', ' HH:mm:ssX', ' HH:mm:ss X', 'HHmmss', "'T'HHmmssX"]; // prettier-ignore

/** Formats that would read a text, likely ones first; for messages. */
export function formatsOf(text: string, options: TimeOptions = {}): readonly string[] {
  if (/^\d{10}(\.\d+)?$/.test(text)) return ['unix-seconds'];
  if (/^\d{13}$/.test(text)) return ['unix-milliseconds'];
  if (/^[2-6]\d{4}([.,]\d+)?$/.test(text)) return ['excel'];
  const written = dates.flatMap((date) => clocks.map((clock) => `${date}${clock}`));
  return ['iso', ...written].filter((format) => timeParser(format, 'UTC', options)(text) !== undefined).slice(0, 3);
}
