/**
 * The items of a posting list: 8 bytes each. The first two hold the place of the text in its block (9 bits) and the
 * fields (7 bits); six hold the first 48 bits of the ticket's id. Items in bytewise order are in the order of the texts.
 */

/** Positions of a log that share a block. */
export const blockSize = 512;
const fieldWidth = 7;
export const itemBytes = 8;
/** Hexadecimal digits of an id that an item holds. */
const keyDigits = 12;

export const blockOf = (position: number): number => Math.floor(position / blockSize);

export function itemOf(position: number, fields: number, ticketId: string): Buffer {
  const item = Buffer.allocUnsafe(itemBytes);
  item.writeUInt16BE(((position % blockSize) << fieldWidth) | fields, 0);
  item.write(ticketId.replaceAll('-', '').slice(0, keyDigits), 2, 'hex');
  return item;
}

export interface Item {
  /** 48 bits of the ticket's id. */
  readonly key: number;
  readonly fields: number;
}

/** The newest first. */
export function* itemsOf(items: Buffer): Generator<Item> {
  for (let at = items.length - itemBytes; at >= 0; at -= itemBytes) {
    yield { key: items.readUIntBE(at + 2, 6), fields: items.readUInt16BE(at) & ((1 << fieldWidth) - 1) };
  }
}

/** The least and the greatest id that begin with a key. */
export function idsOf(key: number): readonly [least: string, greatest: string] {
  const digits = key.toString(16).padStart(keyDigits, '0');
  const id = (fill: string): string => {
    const all = digits.padEnd(32, fill);
    return `${all.slice(0, 8)}-${all.slice(8, 12)}-${all.slice(12, 16)}-${all.slice(16, 20)}-${all.slice(20)}`;
  };
  return [id('0'), id('f')];
}
