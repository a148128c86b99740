/** What happens to the demo's articles beside what their files say. Pure. */

/** The name of an article, unique in the demo: its key without the folders. */
export const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** In which articles are written unless their files say otherwise. */
export const source = 'en';

/** The top categories, in the order in which readers see them. */
export const categoryOrder = ['orders', 'delivery', 'payments', 'returns', 'account', 'products'];

export interface SourceEdit {
  /** How much the change matters to the translations. */
  readonly significance: 'minor' | 'update' | 'major';
  /** Languages whose translation follows the changed text already. */
  readonly followedBy: readonly string[];
}

/** Articles, by name, whose source was changed after it had been translated. */
export const sourceEdits: Readonly<Record<string, SourceEdit>> = {
  'delivery-times': { significance: 'update', followedBy: ['fr'] },
  'delivery-abroad': { significance: 'major', followedBy: ['fr'] },
  'payment-methods': { significance: 'major', followedBy: ['pl'] },
  'return-conditions': { significance: 'update', followedBy: ['fr'] },
  'new-phone': { significance: 'update', followedBy: [] },
  'size-guide': { significance: 'minor', followedBy: [] },
};

/** Articles that are shown no more, and what answers instead, by name. */
export const successors: Readonly<Record<string, string>> = { 'return-form': 'return-item' };

/** Who translates into what: e-mail addresses of the demo's people. */
export const translators: Readonly<Record<string, string>> = {
  fr: 'camille@demo.example',
  pl: 'marek@demo.example',
};

/** What stands in where there is no text in a language. */
export const fallbacks = Object.keys(translators).map((locale) => ({ locale, then: [source] }));

const link = /\]\(article:([a-z][a-z-]*)/g;

/**
 * Markdown whose links name articles (`article:refund-timing`), with their numbers.
 * @throws RangeError for a name that no article has
 */
export function withNumbers(body: string, numbers: ReadonlyMap<string, number>): string {
  return body.replaceAll(link, (_, name: string) => {
    const number = numbers.get(name);
    if (number === undefined) throw new RangeError(`No article of the demo has the name ${name}.`);
    return `](article:${number}`;
  });
}
