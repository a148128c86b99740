/** Checks values against their schemas. Every schema is compiled once, at first use. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

/** One way in which something breaks its contract. `path` is a JSON pointer, '' for the whole. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
formats.default(ajv);
ajv.addVocabulary(['x-personal-data', 'x-not-personal']);

const compiled = new Map<object, ValidateFunction>();
const none: readonly Violation[] = [];

/** What is wrong with the value; empty when nothing is. `prefix` is put before the paths. */
export function check(schema: object, value: unknown, prefix = ''): readonly Violation[] {
  let validate = compiled.get(schema);
  if (!validate) compiled.set(schema, (validate = ajv.compile(schema)));
  return validate(value) ? none : (validate.errors ?? []).map((error) => violation(error, prefix));
}

/** A missing field is reported at its own path rather than at its parent's. */
function violation({ instancePath, keyword, params, message }: ErrorObject, prefix: string): Violation {
  const missing = keyword === 'required' ? `/${String(params['missingProperty'])}` : '';
  return { path: `${prefix}${instancePath}${missing}`, message: missing ? 'is missing' : (message ?? 'is invalid') };
}
