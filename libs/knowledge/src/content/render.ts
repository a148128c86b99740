import type { Element, Root as HtmlRoot } from 'hast';
import type { Root } from 'mdast';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { SKIP, visit } from 'unist-util-visit';
import { allowedHtml } from './allowed-html.js';
import { type Heading, headingId, headingsOf, idPrefix } from './outline.js';
import { marked } from './rendered-links.js';
import { targetOf } from './targets.js';

/** Raised whenever the same Markdown gives other HTML: what is stored is then rendered again. */
export const rendererVersion = 1;

export interface Rendered {
  /** HTML with marks in place of links to articles and files: `withLinks` makes a page of it. */
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly version: number;
}

const directiveTags: Readonly<Record<string, string>> = { note: 'aside', warning: 'aside', steps: 'div' };

/** An unknown `:::name` is a plain division: its text is not lost. */
function nameDirectives(root: Root) {
  visit(root, 'containerDirective', (node) => {
    const tag = directiveTags[node.name];
    node.data = { ...node.data, hName: tag ?? 'div', hProperties: tag ? { className: [node.name] } : {} };
    const [first] = node.children;
    if (first?.type === 'paragraph' && first.data && 'directiveLabel' in first.data)
      first.data = { ...first.data, hProperties: { className: ['label'] } };
  });
}

function nameHeadings(root: Root): readonly Heading[] {
  return headingsOf(root).map(({ node, ...heading }) => {
    node.data = { ...node.data, hName: `h${heading.level}`, hProperties: { id: heading.id } };
    return heading;
  });
}

function nameBlocks(root: Root, ids: readonly string[]) {
  root.children.forEach((node, place) => {
    const id = ids[place];
    if (id === undefined) return;
    const data = node.data ?? {};
    node.data = { ...data, hProperties: { ...data.hProperties, dataBlock: id } };
  });
}

/** The heading that the library puts above footnotes is in English; the section says enough. */
const withoutFootnoteHeading = () => (root: HtmlRoot) => {
  visit(root, { tagName: 'section' }, (section: Element) => {
    section.children = section.children.filter((child) => child.type !== 'element' || child.tagName !== 'h2');
    return SKIP;
  });
};

/** A picture from elsewhere would tell its host who reads: it becomes a link. What leads nowhere becomes text. */
const linksAndPictures = () => (root: HtmlRoot) => {
  visit(root, 'element', (element) => {
    const { properties } = element;
    if (element.tagName === 'img') asPicture(element);
    else if (element.tagName === 'a' && !('dataFootnoteRef' in properties || 'dataFootnoteBackref' in properties))
      asLink(element);
  });
};

function asPicture(element: Element) {
  const { src, alt } = element.properties;
  if (targetOf(String(src)).kind === 'file') return;
  element.tagName = 'a';
  element.properties = { href: String(src) };
  element.children = [{ type: 'text', value: typeof alt === 'string' && alt !== '' ? alt : String(src) }];
  asLink(element);
}

function asLink(element: Element) {
  const target = targetOf(String(element.properties['href']));
  if (target.kind === 'refused') delete element.properties['href'];
  if (target.kind === 'heading') element.properties['href'] = `#${headingId(target.fragment)}`;
}

/** After the allow list: nothing of the author's is added, only what the renderer says of the links that are left. */
const markLinks = () => (root: HtmlRoot) => {
  visit(root, 'element', (element) => {
    const { properties } = element;
    if (element.tagName === 'img') properties['src'] = marked(String(properties['src']));
    if (element.tagName !== 'a' || properties['href'] === undefined) return;
    const href = String(properties['href']);
    const target = targetOf(href);
    if (target.kind === 'outer') properties['rel'] = ['nofollow', 'noopener', 'noreferrer'];
    if (target.kind !== 'article' && target.kind !== 'file') return;
    const fragment = target.kind === 'article' && target.fragment ? `#${headingId(target.fragment)}` : '';
    const reference = target.kind === 'article' ? `article:${target.number}` : href;
    properties['href'] = marked(reference + fragment);
    const [only] = element.children;
    if (element.children.length === 1 && only?.type === 'text' && only.value === href) only.value = marked(reference);
  });
};

const toHtml = unified()
  .use(remarkRehype, { clobberPrefix: idPrefix, footnoteBackLabel: (place) => String(place + 1) })
  .use(withoutFootnoteHeading)
  .use(linksAndPictures)
  .use(rehypeSanitize, allowedHtml)
  .use(markLinks)
  .use(rehypeStringify, { closeSelfClosing: true, characterReferences: { useNamedReferences: false } })
  .freeze();

/**
 * A parsed text as HTML that is safe to show: from the allow list only, without an author's tags, ids or styles. The
 * same tree gives the same HTML. The tree is used up: its nodes carry what the HTML needs afterwards.
 * @param blockIds what `data-block` of each top-level element says, by place
 */
export function renderTree(root: Root, blockIds: readonly string[] = []): Rendered {
  nameDirectives(root);
  const headings = nameHeadings(root);
  nameBlocks(root, blockIds);
  const html = toHtml.stringify(toHtml.runSync(root));
  return { html, headings, version: rendererVersion };
}
