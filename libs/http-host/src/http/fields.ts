/**
 * One decorator a field: it validates (class-validator) and documents (OpenAPI) at once, because a bundle has no
 * Swagger compiler plugin. Every field is required unless `optional`; `null` is refused unless `nullable`.
 */
import { isTimeZone } from '../auth/principal.js';
import { onText, scalar, type ScalarOptions } from './field.js';
import {
  emailForm,
  fits,
  isInstant,
  isStorable,
  keywordForm,
  lineForm,
  localeForm,
  maxEmail,
  maxLocale,
  shapes,
  type TextForm,
  textForm,
} from './text-rules.js';

type Limits = { readonly max: number };
const inForm = (form: TextForm, { max }: Limits, min = 1): ((value: unknown) => boolean) =>
  onText((value) => fits(value, min, max) && form(value) === value);

/**
 * Free text of people: line breaks allowed, something to see, no U+0000 and no lone surrogate. Length in characters.
 */
export function Text({
  min = 1,
  max,
  ...options
}: ScalarOptions & { readonly min?: number; readonly max: number }): PropertyDecorator {
  const accepts =
    min === 0 ? onText((value) => fits(value, 0, max) && isStorable(value)) : inForm(textForm, { max }, min);
  const message = `text of ${min} to ${max} characters that shows something`;
  const shape = min === 0 ? {} : { pattern: shapes.text };
  return scalar('text', options, { type: 'string', minLength: min, maxLength: max, ...shape }, { accepts, message });
}

/** One line that people read: a subject, a name, a reason. White space at its ends is taken off. */
export function Line({ max, ...options }: ScalarOptions & Limits): PropertyDecorator {
  const message = `one line of 1 to ${max} characters that shows something, without control characters`;
  const schema = { type: 'string', minLength: 1, maxLength: max, pattern: shapes.line } as const;
  return scalar('line', options, schema, { accepts: inForm(lineForm, { max }), message, form: lineForm });
}

/**
 * A short name or code that is compared: on one line, without control or hidden characters, and without white space at
 * its ends. `pattern` narrows it (anchor it yourself).
 */
export function Keyword({
  max = 100,
  pattern,
  ...options
}: ScalarOptions & { readonly max?: number; readonly pattern?: RegExp } = {}): PropertyDecorator {
  const isKeyword = inForm(keywordForm, { max });
  const accepts = (value: unknown): boolean => isKeyword(value) && (pattern?.test(value as string) ?? true);
  const shape = pattern === undefined ? '' : ` like ${pattern.source}`;
  const message = `1 to ${max} characters on one line, without hidden ones and white space at the ends${shape}`;
  const schema = { type: 'string', minLength: 1, maxLength: max, pattern: pattern?.source ?? shapes.keyword } as const;
  return scalar('keyword', options, schema, { accepts, message, form: keywordForm });
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID of any version in lower case: one spelling, because ids are compared as text. */
export const UuidField = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'uuid',
    options,
    { type: 'string', format: 'uuid', pattern: uuidPattern.source },
    { accepts: onText((value) => uuidPattern.test(value)), message: 'a UUID in lower case' },
  );

/** RFC 3339 with zone. */
export const Instant = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'instant',
    options,
    { type: 'string', format: 'date-time' },
    { accepts: onText(isInstant), message: 'a time like 2026-03-02T09:00:00Z' },
  );

export type Range = { readonly min?: number; readonly max?: number };

/** A whole number in a JSON body. For query parameters use QueryInt. */
export function IntField({
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
  ...options
}: ScalarOptions & Range = {}): PropertyDecorator {
  const accepts = (value: unknown): boolean =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
  return scalar(
    'integer',
    options,
    { type: 'integer', minimum: min, maximum: max },
    { accepts, message: `a whole number from ${min} to ${max}` },
  );
}

export function NumberField({
  min = -Number.MAX_VALUE,
  max = Number.MAX_VALUE,
  ...options
}: ScalarOptions & Range = {}): PropertyDecorator {
  const accepts = (value: unknown): boolean => typeof value === 'number' && value >= min && value <= max;
  const message = min === -Number.MAX_VALUE && max === Number.MAX_VALUE ? 'a number' : `a number from ${min} to ${max}`;
  return scalar('number', options, { type: 'number' }, { accepts, message });
}

export const BooleanField = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'boolean',
    options,
    { type: 'boolean' },
    { accepts: (value) => typeof value === 'boolean', message: 'true or false' },
  );

export const EnumField = (values: readonly string[], options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'enum',
    options,
    { type: 'string', enum: [...values] },
    { accepts: onText((value) => values.includes(value)), message: `one of ${values.join(', ')}` },
  );

/** Its domain may be given in the letters of its language or as `xn--…`: it is kept, and compared, in the former. */
export const EmailField = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'email',
    options,
    { type: 'string', format: 'email', maxLength: maxEmail },
    { accepts: inForm(emailForm, { max: maxEmail }), message: 'an e-mail address', form: emailForm },
  );

/** BCP 47, kept in canonical form: `pl`, `fr-CA`. */
export const LocaleField = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'locale',
    options,
    { type: 'string', format: 'language-tag', maxLength: maxLocale },
    { accepts: inForm(localeForm, { max: maxLocale }), message: 'a language tag like pl or fr-CA', form: localeForm },
  );

/** IANA name. */
export const TimeZoneField = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'timeZone',
    options,
    { type: 'string', format: 'time-zone', maxLength: 64 },
    {
      accepts: onText((value) => /^[A-Za-z]/.test(value) && value.length <= 64 && isTimeZone(value)),
      message: 'an IANA time zone like Europe/Paris',
    },
  );
