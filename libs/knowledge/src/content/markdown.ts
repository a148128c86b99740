import type { Nodes, Root } from 'mdast';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkStringify from 'remark-stringify';
import { type Processor, unified } from 'unified';
import { contentLimits, refusedText } from './limits.js';

/** What looks like HTML is text: `ssh <host>` loses nothing, and no tag of an author is ever a tag. */
function withoutHtml(this: Processor) {
  const data = this.data();
  (data.micromarkExtensions ??= []).push({ disable: { null: ['htmlFlow', 'htmlText'] } });
}

/** The code of `:`, by which micromark finds what may begin there. */
const colon = 58;

/** Of directives only `:::name` is read. `:name` and `::name` stay text: "see note:this" and "std::vector" are common. */
function containersOnly(this: Processor) {
  const data = this.data();
  data.micromarkExtensions = (data.micromarkExtensions ?? []).map((extension) => {
    const atColon = extension.flow?.[colon];
    return atColon ? { flow: { [colon]: Array.isArray(atColon) ? atColon.slice(0, 1) : atColon } } : extension;
  });
  data.toMarkdownExtensions = (data.toMarkdownExtensions ?? []).map((extension) => {
    if (!extension.handlers || !('containerDirective' in extension.handlers)) return extension;
    return { ...extension, unsafe: (extension.unsafe ?? []).filter(({ atBreak }) => atBreak) };
  });
}

const processor = unified()
  .use(remarkParse)
  .use(remarkGfm, { singleTilde: false })
  .use(remarkDirective)
  .use(containersOnly)
  .use(withoutHtml)
  .use(remarkStringify, { bullet: '-', emphasis: '_', rule: '-', listItemIndent: 'one', fences: true })
  .freeze();

/** Lines that are one rule: `- - -` opens no list. */
const isRule = (rest: string) => /^[ \t]*([-*])[ \t]*(?:\1[ \t]*){2,}$/.test(rest);
const marker = /[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))/y;

/** How many containers the line opens, as far as a look without a parser tells; counting ends above the limit. */
function markersOf(line: string): number {
  marker.lastIndex = 0;
  let [count, from] = [0, 0];
  while (count <= contentLimits.markersPerLine && marker.test(line)) {
    if (!line.startsWith('>', marker.lastIndex - 1) && isRule(line.slice(from))) break;
    from = marker.lastIndex;
    count++;
  }
  return count;
}

/** Refuses what would be expensive to parse, at the price of one look at each line. */
function mustBeShallow(markdown: string) {
  const lines = markdown.split('\n');
  const index = lines.findIndex((line) => markersOf(line) > contentLimits.markersPerLine);
  if (index < 0) return;
  throw refusedText(
    'nested-too-deep',
    `Line ${index + 1} opens more than ${contentLimits.markersPerLine} quotes or lists; use fewer.`,
    { line: index + 1 },
  );
}

const nesting: ReadonlySet<Nodes['type']> = new Set([
  'blockquote',
  'containerDirective',
  'delete',
  'emphasis',
  'footnoteDefinition',
  'link',
  'linkReference',
  'listItem',
  'strong',
] as const);

/** Without recursion: the text is not known to be shallow. */
function mustNestWithin(root: Root, depth: number) {
  const open: { readonly node: Nodes; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let at = open.pop(); at; at = open.pop()) {
    const inside = at.depth + (nesting.has(at.node.type) ? 1 : 0);
    if (inside > depth) {
      const line = at.node.position?.start.line ?? 1;
      throw refusedText('nested-too-deep', `Line ${line} is nested deeper than ${depth} levels; use fewer.`, { line });
    }
    if ('children' in at.node) for (const node of at.node.children) open.push({ node, depth: inside });
  }
}

/** They stand for links in rendered text; Unicode keeps them for such use. */
const reserved = /[\ufdd0-\ufdef]/g;

/** One kind of line ending, no byte order marks, no NUL, and no character that means something to the renderer. */
export const cleanMarkdown = (markdown: string) =>
  markdown.replaceAll('\ufeff', '').replace(/\r\n?/g, '\n').replaceAll('\0', '\ufffd').replace(reserved, '\ufffd');

/**
 * Markdown with GFM and `:::note`, as a tree. Positions are those of `cleanMarkdown(markdown)`.
 * @throws DomainError `text-too-long`, `too-many-blocks` or `nested-too-deep`
 */
export function parseMarkdown(markdown: string): Root {
  const { characters, blocks, depth } = contentLimits;
  if (markdown.length > characters) {
    const message = `The text has ${markdown.length} characters; ${characters} are allowed. Split the article.`;
    throw refusedText('text-too-long', message, { characters: markdown.length, allowed: characters });
  }
  const clean = cleanMarkdown(markdown);
  mustBeShallow(clean);
  const root = processor.parse(clean);
  if (root.children.length > blocks) {
    const message = `The text has ${root.children.length} blocks; ${blocks} are allowed. Split the article.`;
    throw refusedText('too-many-blocks', message, { blocks: root.children.length, allowed: blocks });
  }
  mustNestWithin(root, depth);
  return root;
}

/** The tree as Markdown, in one fixed form: the same content gives the same text, however it was typed. */
export const stringifyMarkdown = (root: Root): string => processor.stringify(root);
