import type { Element, ElementContent, Root as HtmlRoot } from 'hast';
import rehypeParse from 'rehype-parse';
import rehypeRemark from 'rehype-remark';
import { unified } from 'unified';
import { refusedText } from './limits.js';
import { stringifyMarkdown } from './markdown.js';

/** What an import may hand over for one text: more than an article may have, since markup falls away. */
export const htmlLimits = { characters: 1_000_000, depth: 200 } as const;

export interface HtmlPicture {
  readonly source: string;
  readonly alt: string;
}

export interface DroppedHtml {
  /** `<iframe>`, `onclick`, `javascript:` … */
  readonly what: string;
  readonly times: number;
}

export interface MarkdownOfHtml {
  readonly markdown: string;
  /** Every picture in order, whether or not it was found. */
  readonly pictures: readonly HtmlPicture[];
  /** What a text must not contain, by what it was. Classes, styles and other looks are dropped without a word. */
  readonly dropped: readonly DroppedHtml[];
}

export interface HtmlReferences {
  /** The address of a picture here (`file:<id>`); undefined if it is missing: its alternative text is kept. */
  readonly picture: (source: string) => string | undefined;
  /** The address of a link here (`article:42`), or the same. */
  readonly link?: (href: string) => string;
}

const unwanted = new Set(
  (
    'applet audio base button canvas dialog embed form frame frameset iframe input link math meta noscript object option ' +
    'script select slot style svg template textarea title video'
  ).split(' '),
);
/** Of these the text is kept. */
const unwrapped = new Set(['button', 'form', 'frameset', 'noscript', 'slot', 'dialog']);

const empty = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
/** Elements that end by themselves where the next one begins: many open ones are not deep. */
const selfEnding = new Set(['p', 'li', 'dt', 'dd', 'tr', 'td', 'th', 'thead', 'tbody', 'tfoot', 'option', 'colgroup']);

/** Before anything is built: an upper bound of how deep the elements nest. */
function mustBeShallow(html: string) {
  let depth = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9-]*)/gi)) {
    const tag = name.toLowerCase();
    if (empty.has(tag) || selfEnding.has(tag)) continue;
    depth = Math.max(0, depth + (slash ? -1 : 1));
    if (depth > htmlLimits.depth) {
      const message = `The HTML nests deeper than ${htmlLimits.depth} elements; simplify it before the import.`;
      throw refusedText('html-too-deep', message, { allowed: htmlLimits.depth });
    }
  }
}

const scheme = /^[\s\p{Cc}]*([a-z][a-z0-9+.-]*):/iu;
const allowedSchemes = new Set(['http', 'https', 'mailto', 'tel', 'article', 'file']);

/** The scheme of an address that may not be kept; browsers ignore white space within. */
function unsafeScheme(address: string): string | undefined {
  const found = scheme.exec(address.replace(/[\t\n\r]/g, ''))?.[1]?.toLowerCase();
  return found === undefined || allowedSchemes.has(found) ? undefined : found;
}

/** Takes from a tree what Markdown must not say, and notes what that was. */
class Cleaning {
  readonly pictures: HtmlPicture[] = [];
  private readonly counts = new Map<string, number>();

  constructor(private readonly references: HtmlReferences) {}

  get dropped(): readonly DroppedHtml[] {
    return [...this.counts].map(([what, times]) => ({ what, times }));
  }

  private drop(what: string) {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  cleaned(nodes: HtmlRoot['children']): ElementContent[] {
    return nodes.flatMap((node): ElementContent[] => {
      if (node.type === 'text') return [node];
      return node.type === 'element' ? this.element(node) : [];
    });
  }

  private element(element: Element): ElementContent[] {
    const { tagName, properties } = element;
    for (const name of Object.keys(properties)) if (/^on/i.test(name)) this.drop(name.toLowerCase());
    if (unwanted.has(tagName)) return this.unwanted(element);
    if (tagName === 'img') return this.picture(element);
    const children = this.cleaned(element.children);
    return tagName === 'a' ? this.link(element, children) : [{ ...element, children }];
  }

  /** A frame is left as a link to what it showed. */
  private unwanted({ tagName, properties, children }: Element): ElementContent[] {
    this.drop(`<${tagName}>`);
    const source = tagName === 'iframe' ? String(properties['src'] ?? '') : '';
    if (/^https?:\/\//i.test(source)) return [linkTo(source, [{ type: 'text', value: source }])];
    return unwrapped.has(tagName) ? this.cleaned(children) : [];
  }

  private picture({ properties }: Element): ElementContent[] {
    const [source, alt] = [String(properties['src'] ?? ''), String(properties['alt'] ?? '')];
    this.pictures.push({ source, alt });
    const here = this.isUnsafe(source) ? undefined : this.references.picture(source);
    if (here !== undefined) return [{ type: 'element', tagName: 'img', properties: { src: here, alt }, children: [] }];
    return alt === '' ? [] : [{ type: 'text', value: alt }];
  }

  private link({ properties }: Element, children: ElementContent[]): ElementContent[] {
    const href = String(properties['href'] ?? '').trim();
    if (href === '' || this.isUnsafe(href)) return children;
    return [linkTo(this.references.link?.(href) ?? href, children)];
  }

  private isUnsafe(address: string): boolean {
    const scheme = unsafeScheme(address);
    if (scheme) this.drop(`${scheme}:`);
    return scheme !== undefined;
  }
}

const linkTo = (href: string, children: ElementContent[]): Element => ({
  type: 'element',
  tagName: 'a',
  properties: { href },
  children,
});

const parser = unified().use(rehypeParse, { fragment: true }).freeze();
const converter = unified().use(rehypeRemark).freeze();

/**
 * The content of a page as Markdown, for imports. Scripts, forms, frames, drawings and addresses that would run are
 * dropped and listed; a text of the page that looks like Markdown stays text.
 * @throws DomainError `html-too-long` or `html-too-deep`
 */
export function markdownOfHtml(html: string, references: HtmlReferences): MarkdownOfHtml {
  const { characters } = htmlLimits;
  if (html.length > characters) {
    const message = `The HTML has ${html.length} characters; ${characters} are allowed. Split the article.`;
    throw refusedText('html-too-long', message, { characters: html.length, allowed: characters });
  }
  mustBeShallow(html);
  const cleaning = new Cleaning(references);
  const root: HtmlRoot = { type: 'root', children: cleaning.cleaned(parser.parse(html).children) };
  const markdown = stringifyMarkdown(converter.runSync(root)).trimEnd();
  return { markdown, pictures: cleaning.pictures, dropped: cleaning.dropped };
}
