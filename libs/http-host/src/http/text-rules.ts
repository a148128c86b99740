/** What text may hold, and the forms it is kept in. Pure. */
import { domainToASCII, domainToUnicode } from 'node:url';

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

/**
 * The one form that each kind of text is kept in, live and imported: of two spellings that people take for the same,
 * one.
 * Each answers the text in its form, or undefined for what is no text of that kind. What is in its form stays as it is.
 */
export type TextForm = (value: string) => string | undefined;

/**
 * Controls, format characters, what Unicode calls ignorable, and two empty glyphs: code points, in hexadecimal. They are
 * written out, because readers of JSON Schema in other languages know no classes of characters (text-rules.spec compares).
 */
export const unseen =
  '0-1f 7f-9f ad 34f 600-605 61c 6dd 70f 890-891 8e2 115f-1160 17b4-17b5 180b-180f 200b-200f 202a-202e ' +
  '2060-206f 2800 3164 fe00-fe0f feff ffa0 fff0-fffb 110bd 110cd 13430-1343f 1bca0-1bca3 1d159 ' +
  '1d173-1d17a e0000-e0fff';

/** As a part of a class of characters; beyond the first plane as themselves, which every dialect reads. */
const classOf = (ranges: string): string =>
  ranges
    .replaceAll(/[0-9a-f]+/g, (hex) =>
      hex.length > 4 ? String.fromCodePoint(parseInt(hex, 16)) : `\\u${hex.padStart(4, '0')}`,
    )
    .replaceAll(' ', '');

/** A character that leaves a mark, in the words of a regular expression. */
const mark = `[^\\s${classOf(unseen)}]`;
/** Line breaks of all kinds, controls, and what turns the direction of the text after it. */
const offTheLine = classOf('0-1f 7f-9f 2028-202e 2066-2069');

/** Patterns that a form's texts match, for JSON Schema. */
export const shapes = {
  text: mark,
  line: `^[^${offTheLine}]*${mark}[^${offTheLine}]*$`,
  keyword: `^(?!\\s)[^${offTheLine}]*${mark}[^${offTheLine}]*(?<!\\s)$`,
} as const;

const matches = (pattern: string): ((value: string) => boolean) => {
  const expression = new RegExp(pattern, 'u');
  return (value) => expression.test(value);
};
const [hasMark, isLine] = [matches(shapes.text), matches(shapes.line)];

// Persian, the scripts of India and emoji need joiners and variation selectors; after other letters they only hide.
const joiners = '\\u200c\\u200d\\ufe0e\\ufe0f';
const hidesSomething = matches(
  `(?![${joiners}])[\\p{Default_Ignorable_Code_Point}\\p{Cf}\\u2800]|` +
    `(?:^|[\\s\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}])[${joiners}]`,
);

/** Free text of people, with line breaks. It is kept as written; there must be something to see. */
export const textForm: TextForm = (value) => (isStorable(value) && hasMark(value) ? value : undefined);

/**
 * One line that people read: a subject, a name. White space at its ends goes, composed characters are composed (NFC).
 */
export const lineForm: TextForm = (value) => {
  const line = isStorable(value) ? value.normalize('NFC').trim() : '';
  return isLine(line) ? line : undefined;
};

/** A name or code that is compared: NFC, no white space at its ends, nothing in it that nobody sees. */
export const keywordForm: TextForm = (value) => {
  const line = lineForm(value);
  return line !== undefined && line.length === value.normalize('NFC').length && !hidesSomething(line)
    ? line
    : undefined;
};

const localPart = /^[^\s@\p{C}\p{Default_Ignorable_Code_Point}]{1,64}$/u;
// What an address in a browser would read as something else than a name.
const domainPart = /^[^\s@\p{C}/?#%:\\[\]]+$/u;
const asciiDomain = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
export const maxEmail = 254;

/**
 * An e-mail address; its domain in lower case and in the letters of its language, whichever of its spellings was given.
 */
export const emailForm: TextForm = (value) => {
  const at = value.lastIndexOf('@');
  const [local, domain] = [value.slice(0, Math.max(at, 0)).normalize('NFC'), value.slice(at + 1)];
  if (value.length > maxEmail || !localPart.test(local) || !domainPart.test(domain)) return undefined;
  const ascii = domainToASCII(domain);
  if (!asciiDomain.test(ascii)) return undefined;
  const shown = domainToUnicode(ascii);
  const email = `${local}@${shown}`;
  return domainToASCII(shown) === ascii && email.length <= maxEmail ? email : undefined;
};

export const maxLocale = 35;

/** A BCP 47 tag in canonical form (`FR-ch` is `fr-CH`), of 35 characters at most. */
export const localeForm: TextForm = (value) => {
  try {
    const locale = value.length <= maxLocale ? Intl.getCanonicalLocales(value)[0] : undefined;
    return locale !== undefined && locale.length <= maxLocale ? locale : undefined;
  } catch {
    return undefined; // RangeError is how Intl says that the tag is malformed
  }
};
