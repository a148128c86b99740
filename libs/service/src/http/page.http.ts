import type { Page } from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';

/**
 * A page of at most `limit` items from rows of which one more was asked for. `cursorOf` makes a cursor of the last row
 * shown, `item` makes what is shown of a row; the rows themselves are shown if it is not given.
 */
export function page<Row>(rows: readonly Row[], limit: number, cursorOf: (last: Row) => string): Page<Row>;
export function page<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
  item: (row: Row) => Item,
): Page<Item>;
export function page<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
  item: (row: Row) => unknown = (row) => row,
): Page<unknown> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(item), nextCursor: last === undefined ? null : cursorOf(last) };
}

/** Documents a page of these: `class DepartmentPage extends PageOf(DepartmentView) {}`. */
export function PageOf<Item extends object>(type: new () => Item): abstract new () => Page<Item> {
  abstract class PageAnswer {
    @ApiProperty({ type: [type], description: 'In the order of the list.' }) items: Item[];
    @ApiProperty({ type: String, nullable: true, description: '`cursor` of the next page; null on the last one.' })
    nextCursor: string | null;
  }
  return PageAnswer;
}
