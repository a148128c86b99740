/** What the decorators of fields.ts, object-fields.ts and query-fields.ts are made of. */
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { buildMessage, ValidateBy, ValidateIf } from 'class-validator';
import type { TextForm } from './text-rules.js';

export interface FieldOptions {
  readonly description?: string;
  readonly example?: unknown;
  readonly optional?: boolean;
  readonly nullable?: boolean;
}
/** Turns a scalar field into a list of it. */
export interface ListOptions {
  readonly min?: number;
  readonly max: number;
  readonly unique?: boolean;
}
export interface ScalarOptions extends FieldOptions {
  readonly list?: ListOptions;
}
export interface Rule {
  readonly accepts: (value: unknown) => boolean;
  readonly message: string;
  /** Text is brought to this form before it is looked at. */
  readonly form?: TextForm;
}
/** The part of a JSON Schema that a scalar field needs. */
export type Schema = Pick<ApiPropertyOptions, 'type' | 'format' | 'minLength' | 'maxLength' | 'pattern' | 'enum'> & {
  readonly minimum?: number;
  readonly maximum?: number;
};

export function check(name: string, { accepts, message }: Rule): PropertyDecorator {
  const defaultMessage = buildMessage(() => message);
  return ValidateBy({ name, validator: { validate: accepts, defaultMessage } });
}

export function all(...decorators: readonly PropertyDecorator[]): PropertyDecorator {
  return (target, key) => decorators.forEach((decorate) => decorate(target, key));
}

/** Absence is allowed for optional fields, `null` for nullable ones; otherwise the rules apply. */
export function presence({ optional = false, nullable = false }: FieldOptions): readonly PropertyDecorator[] {
  if (!optional && !nullable) return [];
  return [ValidateIf((_object, value: unknown) => !(optional && value === undefined) && !(nullable && value === null))];
}

export function documented(
  { description, example, optional = false, nullable }: FieldOptions,
  schema: object,
): PropertyDecorator {
  return ApiProperty({
    ...schema,
    required: !optional,
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
    ...(nullable === undefined ? {} : { nullable }),
  });
}

export const isList = (value: unknown, { min = 0, max, unique = false }: ListOptions): value is unknown[] =>
  Array.isArray(value) &&
  value.length >= min &&
  value.length <= max &&
  (!unique || new Set(value).size === value.length);

export const listWords = ({ min = 0, max, unique = false }: ListOptions): string =>
  `a list of ${min > 0 ? `${min} to ${max}` : `at most ${max}`}${unique ? ' different' : ''} items`;

/** What has no such form stays as it came, for the rule to refuse. */
function inForm(form: TextForm | undefined): readonly PropertyDecorator[] {
  if (form === undefined) return [];
  const one = (value: unknown): unknown => (typeof value === 'string' ? (form(value) ?? value) : value);
  return [Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.map(one) : one(value)))];
}

export function scalar(name: string, options: ScalarOptions, schema: Schema, rule: Rule): PropertyDecorator {
  const { list } = options;
  if (list === undefined)
    return all(
      ...presence(options),
      ...inForm(rule.form),
      check(name, { ...rule, message: `must be ${rule.message}` }),
      documented(options, schema),
    );
  const { min: minItems = 0, max: maxItems, unique: uniqueItems = false } = list;
  const listRule: Rule = {
    accepts: (value) => isList(value, list) && value.every(rule.accepts),
    message: `must be ${listWords(list)}, each ${rule.message}`,
  };
  const listSchema = { type: 'array', items: schema, minItems, maxItems, ...(uniqueItems ? { uniqueItems } : {}) };
  return all(...presence(options), ...inForm(rule.form), check(name, listRule), documented(options, listSchema));
}

export const onText =
  (accepts: (value: string) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'string' && accepts(value);
