/**
 * One decorator a field: it validates (class-validator) and documents (OpenAPI) at once, because a bundle has no
 * Swagger compiler plugin. Every field is required unless `optional`; `null` is refused unless `nullable`.
 */
import { isTimeZone } from '../auth/principal.js';
import { onText, scalar, type ScalarOptions } from './field.js';
import { fits, isInstant, isLocale, isStorable } from './text-rules.js';

/** Free text of people: line breaks allowed, not only white space, no U+0000 and no lone surrogate. Length in characters. */
export function Text({
  min = 1,
  max,
  ...options
}: ScalarOptions & { readonly min?: number; readonly max: number }): PropertyDecorator {
  const accepts = onText((value) => fits(value, min, max) && isStorable(value) && (min === 0 || value.trim() !== ''));
  const message = `text of ${min} to ${max} characters`;
  const notBlank = min === 0 ? {} : { pattern: '\\S' };
  return scalar('text', options, { type: 'string', minLength: min, maxLength: max, ...notBlank }, { accepts, message });
}

/** As `Keyword` checks it without a pattern of its own, in the words of JSON Schema. */
const onOneLine =
  '^[^\\s\\u0000-\\u001f\\u007f-\\u009f](?:[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\s\\u0000-\\u001f\\u007f-\\u009f])?$';

/** A short name or code on one line: no control characters, no white space at its ends. `pattern` narrows it (anchor it yourself). */
export function Keyword({
  max = 100,
  pattern,
  ...options
}: ScalarOptions & { readonly max?: number; readonly pattern?: RegExp } = {}): PropertyDecorator {
  const accepts = onText(
    (value) =>
      fits(value, 1, max) &&
      isStorable(value) &&
      value.trim() === value &&
      !/\p{Cc}/u.test(value) &&
      (pattern?.test(value) ?? true),
  );
  const shape = pattern === undefined ? '' : ` like ${pattern.source}`;
  const message = `1 to ${max} characters on one line, without white space at the ends${shape}`;
  const schema = {
    type: 'string',
    minLength: 1,
    maxLength: max,
    pattern: pattern?.source ?? onOneLine,
  } as const;
  return scalar('keyword', options, schema, { accepts, message });
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

export const EmailField = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'email',
    options,
    { type: 'string', format: 'email', maxLength: 254 },
    {
      accepts: onText(
        (value) =>
          value.length <= 254 &&
          /^[^\s@\p{Cc}]{1,64}@[^\s@.\p{Cc}]+(?:\.[^\s@.\p{Cc}]+)*$/u.test(value) &&
          isStorable(value),
      ),
      message: 'an e-mail address',
    },
  );

/** BCP 47 in canonical form: `pl`, `fr-CA`. */
export const LocaleField = (options: ScalarOptions = {}): PropertyDecorator =>
  scalar(
    'locale',
    options,
    { type: 'string', format: 'language-tag', maxLength: 35 },
    { accepts: onText(isLocale), message: 'a language tag like pl or fr-CA' },
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
