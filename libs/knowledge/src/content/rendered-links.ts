import { type Target, targetOf } from './targets.js';

// No text contains these two: `cleanMarkdown` replaces them.
const [begin, end] = ['\ufdd0', '\ufdd1'];

/** Stands in rendered text for the address that is only known when somebody reads, in their language. */
export const marked = (reference: string) => `${begin}${reference}${end}`;

export interface ShownLink {
  readonly href: string;
  /** Shown where the author wrote no text of their own. */
  readonly title?: string;
  /** Language of what the link shows, if it is not the reader's. */
  readonly language?: string;
}

/**
 * What a reader is shown for a reference; undefined if they may not see it or it is gone. The fragment of a link to an
 * article is the anchor in its rendered text, and is added to the answer's address.
 */
export type ResolveLink = (target: Extract<Target, { kind: 'article' | 'file' }>) => ShownLink | undefined;

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`);

const attribute = (name: string, value: string | undefined) =>
  value === undefined ? '' : ` ${name}="${escaped(value)}"`;

const mark = new RegExp(` (href|src)="${begin}([^${end}]*)${end}"|${begin}([^${end}]*)${end}`, 'g');

/** Every reference that rendered text has a mark for, in order. */
export const referencesIn = (html: string): readonly string[] =>
  [...html.matchAll(mark)].map(([, , inAttribute, inText]) => inAttribute ?? inText ?? '');

/**
 * Rendered text with the addresses of articles and files in it. A link that leads nowhere stays as its text, and a
 * picture that is gone as its alternative text.
 */
export function withLinks(html: string, resolve: ResolveLink): string {
  return html.replace(mark, (_, name: string | undefined, inAttribute: string | undefined, inText: string) => {
    const reference = inAttribute ?? inText;
    const target = targetOf(reference);
    const shown = target.kind === 'article' || target.kind === 'file' ? resolve(target) : undefined;
    if (name === undefined) return escaped(shown?.title ?? reference);
    if (!shown) return '';
    const fragment = target.kind === 'article' && target.fragment ? `#${target.fragment}` : '';
    return attribute(name, shown.href + fragment) + (name === 'href' ? attribute('hreflang', shown.language) : '');
  });
}
