/** Fields of queries, which come as text. */
import { Transform } from 'class-transformer';
import { all, type FieldOptions, type ListOptions, type ScalarOptions } from './field.js';
import { BooleanField, IntField, Keyword, type Range } from './fields.js';

/**
 * A whole number as a query parameter: digits only, so that `1e3`, ` 7` or an empty value is refused, not guessed at.
 */
export const QueryInt = (options: FieldOptions & Range = {}): PropertyDecorator =>
  all(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IntField(options),
  );

/** `true` or `false` as a query parameter. */
export const QueryFlag = (options: FieldOptions = {}): PropertyDecorator =>
  all(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    BooleanField(options),
  );

/**
 * A comma-separated query parameter; `field` says what each item is, e.g. `QueryList(UuidField, { list: { max: 50 }
 * })`.
 */
export const QueryList = <Options extends ScalarOptions>(
  field: (options: Options) => PropertyDecorator,
  options: Options & { readonly list: ListOptions },
): PropertyDecorator =>
  all(
    field(options),
    // The last one is carried out first: its items are brought to their form after it.
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? (value === '' ? [] : value.split(',')) : value,
    ),
  );

/** What every list takes: extend it with filters. `limit` at most 200, 50 if not given. */
export class PageQuery {
  @QueryInt({ min: 1, max: 200, optional: true, description: 'How many at most; 50 if not given.' })
  limit: number = 50;

  @Keyword({ max: 2000, optional: true, description: '`nextCursor` of the page before.' })
  cursor?: string;
}

/** What every list answers. `nextCursor` is null on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}
