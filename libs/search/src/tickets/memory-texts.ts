import type { FormRange } from './asked-words.js';
import type { Occurrence, TextSource } from './find-tickets.js';
import { type TicketText, wordsOf, type WrittenForm } from './ticket-text.js';

/** Texts in memory, each of a ticket. For few texts: those of one person. */
export class MemoryTexts<Key> implements TextSource<Key> {
  private readonly words = new Map<string, Occurrence<Key>[]>();
  private readonly forms = new Map<string, WrittenForm>();

  /** @param texts the newest first */
  constructor(texts: Iterable<readonly [Key, TicketText]>) {
    for (const [key, text] of texts) {
      const { fields, forms } = wordsOf(text);
      for (const [folded, bits] of fields) {
        const list = this.words.get(folded) ?? [];
        list.push({ key, fields: bits });
        this.words.set(folded, list);
      }
      for (const form of forms) this.forms.set(form.form, form);
    }
  }

  formsIn(ranges: readonly FormRange[]): Promise<readonly WrittenForm[]> {
    const within = ({ folded }: WrittenForm) => ranges.some(({ from, to }) => folded >= from && folded < to);
    return Promise.resolve([...this.forms.values()].filter(within));
  }

  formsNear(): Promise<readonly WrittenForm[]> {
    return Promise.resolve([...this.forms.values()]);
  }

  sizes(words: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const sizes = words.map((word): [string, number] => [word, this.words.get(word)?.length ?? 0]);
    return Promise.resolve(new Map(sizes.filter(([, size]) => size > 0)));
  }

  occurrences(words: readonly string[]): Promise<ReadonlyMap<string, readonly Occurrence<Key>[]>> {
    return Promise.resolve(new Map(words.map((word) => [word, this.words.get(word) ?? []])));
  }
}
