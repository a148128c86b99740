import { byteaArray, int4Array, textArray, uuidArray } from '@guichet/event-sourcing/postgres-arrays';
import { blockOf, itemOf } from './posting-items.js';
import type { TextRow } from './told-text.js';

interface Block {
  readonly tenantId: string;
  readonly word: string;
  readonly block: number;
  readonly items: Buffer[];
}

/** Items by their blocks, as they go into the table. */
export class Postings {
  private readonly blocks = new Map<string, Block>();

  get isEmpty(): boolean {
    return this.blocks.size === 0;
  }

  add({ tenant_id: tenantId, ticket_id, position }: TextRow, word: string, bits: number): void {
    const block = blockOf(position);
    const key = `${tenantId}/${block}/${word}`;
    let found = this.blocks.get(key);
    if (found === undefined) this.blocks.set(key, (found = { tenantId, word, block, items: [] }));
    found.items.push(itemOf(position, bits, ticket_id));
  }

  /** Tenants, words, blocks and items, in the order of the table's key: neighbours go to the same page. */
  arrays(): readonly [Buffer, Buffer, Buffer, Buffer] {
    const order = (a: Block, b: Block) =>
      compare(a.tenantId, b.tenantId) || compare(a.word, b.word) || a.block - b.block;
    const blocks = [...this.blocks.values()].sort(order);
    return [
      uuidArray(blocks.map(({ tenantId }) => tenantId)),
      textArray(blocks.map(({ word }) => word)),
      int4Array(blocks.map(({ block }) => block)),
      byteaArray(blocks.map(({ items }) => Buffer.concat(items.sort((a, b) => Buffer.compare(a, b))))),
    ];
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
