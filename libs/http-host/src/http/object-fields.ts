/** Fields that are objects, or lists of them. */
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { all, check, documented, type FieldOptions, isList, type ListOptions, listWords, presence } from './field.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

type Class = new () => object;

/** An object with fields of its own. */
export const Nested = (type: () => Class, options: FieldOptions = {}): PropertyDecorator =>
  all(
    ...presence(options),
    check('object', { accepts: isObject, message: 'must be an object' }),
    ValidateNested(),
    Type(type),
    documented(options, { type: () => type() }), // Swagger knows a lazy type by its name: `type`
  );

/** A list of objects with fields of their own. */
export function NestedList(
  type: () => Class,
  { list, ...options }: FieldOptions & { readonly list: ListOptions },
): PropertyDecorator {
  const { min: minItems = 0, max: maxItems } = list;
  return all(
    ...presence(options),
    check('objects', {
      accepts: (value) => isList(value, list) && value.every(isObject),
      message: `must be ${listWords(list)}, each an object`,
    }),
    ValidateNested({ each: true }),
    Type(type),
    documented(options, { type: () => type(), isArray: true, minItems, maxItems }),
  );
}

/** Any JSON object, checked by whoever takes it (e.g. against a contract's schema). */
export const JsonField = (options: FieldOptions = {}): PropertyDecorator =>
  all(
    ...presence(options),
    check('json', { accepts: isObject, message: 'must be an object' }),
    documented(options, { type: 'object', additionalProperties: true }),
  );
