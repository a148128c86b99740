/** Leads links and pictures of a text elsewhere, and leaves everything else of it as it was typed. Pure. */
import type { Definition, Image, Link } from 'mdast';
import { visit } from 'unist-util-visit';
import { cleanMarkdown, parseMarkdown } from '../content/markdown.js';

/**
 * @param address what a link or picture leads to instead; undefined leaves it
 * @returns the text in clean form, or as it came where nothing changes
 * @throws DomainError as `parseMarkdown`
 */
export function rewrittenLinks(markdown: string, address: (url: string) => string | undefined): string {
  const clean = cleanMarkdown(markdown);
  const changes: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  visit(parseMarkdown(markdown), ['link', 'image', 'definition'], (node) => {
    const { url, position, type } = node as Link | Image | Definition;
    const text = address(url);
    const [start, end] = [position?.start.offset, position?.end.offset];
    if (text === undefined || text === url || start === undefined || end === undefined) return;
    const source = clean.slice(start, end);
    const after = type === 'definition' ? source.indexOf(']:') : source.lastIndexOf('](');
    const at = after < 0 ? -1 : source.indexOf(url, after + 2);
    if (at >= 0) changes.push({ from: start + at, to: start + at + url.length, text });
  });
  if (changes.length === 0) return markdown;
  return changes
    .sort((a, b) => b.from - a.from)
    .reduce((all, { from, to, text }) => all.slice(0, from) + text + all.slice(to), clean);
}
