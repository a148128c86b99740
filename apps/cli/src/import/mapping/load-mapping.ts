/** Reads a mapping file and explains what is wrong with it. */
import { readFileSync, statSync } from 'node:fs';
import { build } from '@guichet/observability/version';
import { Ajv, type ErrorObject } from 'ajv';
import { isScalar, parseDocument, visit } from 'yaml';
import type { Mapping } from './language.js';
import { closest } from '@guichet/config';
import { MappingError, type Mistake } from './mistakes.js';

/** A bundle has it beside itself. */
const schemaFile = new URL(build.isBundle ? './mapping.schema.json' : '../../../mapping.schema.json', import.meta.url);
const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
const validate = ajv.compile<Mapping>(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

/** @throws MappingError listing every mistake with its place */
export function parseMapping(text: string, file: string): Mapping {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw new MappingError(
      file,
      document.errors.map(({ message }) => ({ path: '', message })),
    );
  }
  asWritten(document);
  const mapping: unknown = document.toJS();
  if (validate(mapping)) return mapping;
  throw new MappingError(file, explain(validate.errors ?? []));
}

/** Numbers are compared with the file's text: 007 and 1.10 stay as they are written. */
function asWritten(document: ReturnType<typeof parseDocument>): void {
  visit(document, {
    Scalar: (_, node) => {
      if (
        isScalar(node) &&
        typeof node.value === 'number' &&
        node.source !== undefined &&
        node.source !== String(node.value)
      )
        node.value = node.source;
    },
  });
}

/** No mapping is larger. */
const maxBytes = 1 << 20;

export function loadMapping(file: string): Mapping {
  if (statSync(file).size > maxBytes)
    throw new MappingError(file, [{ path: '', message: 'is too large for a mapping: is it the log?' }]);
  return parseMapping(readFileSync(file, 'utf8'), file);
}

/** Of `if`/`then` constructions only the branch that was meant is reported, and a mistake once. */
function explain(errors: readonly ErrorObject[]): Mistake[] {
  const told = new Map<string, Mistake>();
  for (const error of errors) {
    if (error.keyword === 'if' || error.schemaPath.includes('/oneOf/')) continue;
    const mistake = { path: pathOf(error), message: messageOf(error) };
    told.set(JSON.stringify(mistake), mistake);
  }
  return [...told.values()];
}

/** `/rules/2/when/columns` as `rules[2].when.columns`. */
const pathOf = ({ instancePath }: ErrorObject): string =>
  instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) return `${path}[${part}]`;
      if (!/^[\w-]+$/.test(part)) return `${path}["${part}"]`;
      return path ? `${path}.${part}` : part;
    }, '');

function messageOf({ keyword, params, message = 'is wrong', parentSchema, data }: ErrorObject): string {
  const parameter = (name: string) => String((params as Record<string, unknown>)[name]);
  switch (keyword) {
    case 'additionalProperties': {
      const written = parameter('additionalProperty');
      const allowed = Object.keys((parentSchema?.['properties'] ?? {}) as object);
      const meant = closest(written, allowed);
      return `"${written}" is not known here; ${meant ? `did you mean "${meant}"?` : `possible: ${allowed.join(', ')}`}`;
    }
    case 'required':
      return `"${parameter('missingProperty')}" is missing`;
    case 'enum': {
      const allowed = (parentSchema?.['enum'] ?? []) as string[];
      const meant = closest(String(data), allowed);
      return `${JSON.stringify(data)} is none of ${allowed.join(', ')}${meant ? `; did you mean "${meant}"?` : ''}`;
    }
    case 'const':
      return `must be ${JSON.stringify((params as { allowedValue?: unknown }).allowedValue)}, is ${JSON.stringify(data)}`;
    case 'type':
      return `must be ${parameter('type').replaceAll(',', ', ')}, is ${JSON.stringify(data)}`;
    case 'oneOf': {
      const choices = ((parentSchema?.['oneOf'] ?? []) as { required?: string[] }[]).flatMap(
        ({ required = [] }) => required,
      );
      return `needs exactly one of ${choices.join(', ')}`;
    }
    case 'pattern':
      return `${JSON.stringify(data)} must match ${parameter('pattern')}`;
    default:
      return message;
  }
}
