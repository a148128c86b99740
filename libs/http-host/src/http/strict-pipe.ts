import {
  type ArgumentMetadata,
  type PipeTransform,
  type ValidationPipeOptions,
  Param,
  ValidationPipe,
} from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { ValidationError } from 'class-validator';
import { isInherited, unknownField } from './json-body.js';
import { badRequest, type FieldProblem } from './problem.js';
import { localeForm, maxLocale } from './text-rules.js';

const maxFieldProblems = 50;

function pathOf(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
}

function fieldProblem(path: string, constraint: string, message: string, missing: boolean): FieldProblem {
  if (constraint === 'whitelistValidation')
    return { path, code: 'unknown-field', message: 'is not a field of this request' };
  if (constraint === 'unknownValue') return { path, code: 'invalid', message: 'must be an object' };
  return missing ? { path, code: 'missing', message } : { path, code: 'invalid', message };
}

/** Flattens class-validator's tree to field paths such as `streams[0].events[3].type`; at most 50 of them. */
export function fieldProblems(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const { property, constraints = {}, children = [], value } of errors) {
    // class-validator names the object itself when it knows no rule for it: its path is the parent's.
    const path = property === undefined ? parent : pathOf(parent, property);
    const [first] = Object.entries(constraints);
    if (first !== undefined) problems.push(fieldProblem(path, first[0], first[1], value === undefined));
    else problems.push(...fieldProblems(children, path));
    if (problems.length >= maxFieldProblems) return problems.slice(0, maxFieldProblems);
  }
  return problems;
}

const strict: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) =>
    badRequest('invalid-request', 'The request has fields that cannot be used.', fieldProblems(errors)),
};

/**
 * readJsonBody has refused what the pipe would take out of a body; looking again costs a twentieth of a large import.
 */
class BodyValidation extends ValidationPipe {
  protected override stripProtoKeys(): void {}
  protected override closeArrayGaps(): void {}
}

/** As readJsonBody refuses it of bodies. */
function mustNotNameInherited(query: unknown): void {
  const name = Object.keys(query ?? {}).find(isInherited);
  if (name !== undefined) throw unknownField(name);
}

class StrictValidation extends ValidationPipe {
  private readonly ofBodies = new BodyValidation(strict);

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body') return this.ofBodies.transform(value, metadata);
    if (metadata.type === 'query') mustNotNameInherited(value);
    return super.transform(value, metadata);
  }
}

/** Bodies and queries are exactly what their class says: unknown fields are refused, nothing is converted silently. */
export const strictValidation = (): ValidationPipe => new StrictValidation(strict);

const badAddress = (detail: string, path: string, message: string): Error =>
  badRequest('invalid-request', detail, [{ path, code: 'invalid', message }]);

class StrictUuid implements PipeTransform<unknown, string> {
  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    const text = typeof value === 'string' ? value.toLowerCase() : '';
    if (/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)) return text;
    throw badAddress('The address holds an id that is no UUID.', this.name, 'must be a UUID');
  }
}

/** Path parameter that is a UUID, in lower case, and documented as one: `@UuidParam('ticketId') ticketId: string`. */
export const UuidParam =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    Param(name, new StrictUuid(name))(target, key, index);
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    const description = `The ${name.replace(/Id$/, '')}’s id, not a number or name people know it by.`;
    if (key !== undefined && method !== undefined) ApiParam({ name, format: 'uuid', description })(target, key, method);
  };

class StrictLocale implements PipeTransform<unknown, string> {
  constructor(private readonly name: string) {}

  transform(value: unknown): string {
    const locale = typeof value === 'string' ? localeForm(value) : undefined;
    if (locale !== undefined) return locale;
    throw badAddress('The address holds no language tag.', this.name, 'must be a BCP 47 language tag');
  }
}

/** Path parameter that is a language, in canonical form: `@LocaleParam('locale') locale: string`. */
export const LocaleParam =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    Param(name, new StrictLocale(name))(target, key, index);
    const method = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    const schema = { type: 'string', minLength: 2, maxLength: maxLocale } as const;
    if (key === undefined || method === undefined) return;
    ApiParam({ name, schema, description: 'A BCP 47 language tag, such as fr or fr-CA.' })(target, key, method);
  };
