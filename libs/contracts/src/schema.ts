/** Building blocks of the public schemas: limits and marks in one place. */
import { type TLiteral, Type } from 'typebox';

/** Marks a field that holds personal data: erasure and exports find it by this mark. */
const personal = { 'x-personal-data': true };

/** Marks a text that holds no personal data, and says why: a text without either mark fails a test. */
export const notPersonal = (why: string) => ({ 'x-not-personal': why });

export const Uuid = (options = {}) => Type.String({ format: 'uuid', ...options });
/** A department's, agent's or requester's id: a UUID or the key another system knows it by. */
export const Key = (options = {}) => Type.String({ minLength: 1, maxLength: 200, ...options });
/**
 * RFC 3339 in UTC. The pattern leaves out what other languages' readers trip over: offsets, leap seconds, a blank for
 * the T.
 */
export const Instant = (options = {}) =>
  Type.String({
    format: 'date-time',
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:[0-5]\\d(\\.\\d{1,9})?Z$',
    ...options,
  });
export const oneOf = <Value extends string>(values: readonly Value[], description: string) =>
  Type.Union(values.map((value) => Type.Literal(value)) as unknown as [TLiteral<Value>, ...TLiteral<Value>[]], {
    description,
  });
export const ShortText = (options = {}) => Type.String({ minLength: 1, maxLength: 300, ...options });
export const LongText = (options = {}) => Type.String({ maxLength: 100_000, ...options });
export const DepartmentKey = (options = {}) => Key({ ...notPersonal('The id of a department.'), ...options });
/** What people call a ticket, chosen from a list or written by them: it may name anybody. */
export const Tags = () => Type.Array(Key(), { maxItems: 50, ...personal });
export const PersonalKey = (options = {}) => Key({ ...personal, ...options });
export const PersonalShortText = (options = {}) => ShortText({ ...personal, ...options });
export const PersonalLongText = () => LongText(personal);
/** A public event's data: unknown fields are allowed, so that an older reader survives a newer writer. */
export const Data = <P extends Parameters<typeof Type.Object>[0]>(description: string, properties: P) =>
  Type.Object(properties, { description });
