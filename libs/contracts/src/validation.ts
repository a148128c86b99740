/** Checks events against their contracts. Every schema is compiled once, at first use. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { type PublicEvent, PublicEventEnvelope } from './envelope.js';
import { contractOf } from './registry.js';
import type { Source } from './services.js';
import { upcastTo } from './upcasting.js';

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

function check(schema: object, value: unknown, prefix = ''): readonly Violation[] {
  let validate = compiled.get(schema);
  if (!validate) compiled.set(schema, (validate = ajv.compile(schema)));
  return validate(value) ? none : (validate.errors ?? []).map((error) => violation(error, prefix));
}

/** A missing field is reported at its own path rather than at its parent's. */
function violation({ instancePath, keyword, params, message }: ErrorObject, prefix: string): Violation {
  const missing = keyword === 'required' ? `/${String(params['missingProperty'])}` : '';
  return { path: `${prefix}${instancePath}${missing}`, message: missing ? 'is missing' : (message ?? 'is invalid') };
}

/** What is wrong with `data` as the data of today's version of `type`, published by `source`; empty when nothing is. */
export function validateEventData(source: Source, type: string, data: unknown): readonly Violation[] {
  const contract = contractOf(type);
  if (contract?.source !== source) return [{ path: '', message: `${source} publishes no ${type}` }];
  return check(contract.schema, data);
}

/** What is wrong with a public event, envelope and data, in today's version; upcast it first. Empty when nothing is. */
export function validatePublicEvent(event: unknown): readonly Violation[] {
  const violations = check(PublicEventEnvelope, event);
  if (violations.length > 0) return violations;
  const { source, type, schemaVersion, data } = event as PublicEvent;
  const contract = contractOf(type);
  if (contract?.source !== source) return [{ path: '/type', message: `${source} publishes no ${type}` }];
  if (contract.schemaVersion !== schemaVersion) {
    return [{ path: '/schemaVersion', message: `must be ${contract.schemaVersion}` }];
  }
  return check(contract.schema, data, '/data');
}

/**
 * The event as if it had been written today. A type nobody here knows passes unchanged: an older reader survives it.
 * @throws UnsupportedSchemaVersion when its version is newer than this reader.
 */
export function upcast(event: PublicEvent): PublicEvent {
  const contract = contractOf(event.type);
  return contract ? upcastTo(contract, event) : event;
}
