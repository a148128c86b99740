import type { Nodes, Root } from 'mdast';
import { visit } from 'unist-util-visit';
import { plainText } from './plain-text.js';
import { slugOf } from './slug.js';
import { type Target, targetOf } from './targets.js';

export interface Heading {
  /** 2 to 6: the title of the page is the only heading of level 1. */
  readonly level: number;
  readonly text: string;
  /** Its anchor in the rendered text, which begins with `content-`. */
  readonly id: string;
}

export interface Link {
  readonly target: Target;
  readonly text: string;
  readonly line: number;
}

export interface Outline {
  readonly headings: readonly Heading[];
  /** Links and pictures, in order. */
  readonly links: readonly Link[];
  /** Ids of the files that are shown or linked; each once. */
  readonly files: readonly string[];
  /** Numbers of the articles that are linked; each once. */
  readonly articles: readonly number[];
  readonly picturesWithoutText: readonly { readonly file: string; readonly line: number }[];
}

/** Ids in rendered text begin so: an author cannot take an id that the page around it uses. */
export const idPrefix = 'content-';

export const headingId = (fragment: string) => idPrefix + (slugOf(fragment) || 'section');

/** Headings with their anchors; the highest level that the text uses becomes 2. `nodes` are in the same order. */
export function headingsOf(root: Root): readonly (Heading & { readonly node: Nodes })[] {
  const taken = new Set<string>();
  const headings: { readonly depth: number; readonly text: string; readonly id: string; readonly node: Nodes }[] = [];
  visit(root, 'heading', (node) => {
    const text = plainText(node);
    const wanted = headingId(text);
    let id = wanted;
    for (let n = 2; taken.has(id); n++) id = `${wanted}-${n}`;
    taken.add(id);
    headings.push({ depth: node.depth, text, id, node });
  });
  const highest = Math.min(...headings.map(({ depth }) => depth));
  return headings.map(({ depth, ...heading }) => ({ ...heading, level: Math.min(6, depth - highest + 2) }));
}

/** Link and picture destinations by the label of their definition; the first definition counts. */
function definitionsOf(root: Root): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  visit(root, 'definition', ({ identifier, url }) => {
    const key = identifier.toUpperCase();
    if (!urls.has(key)) urls.set(key, url);
  });
  return urls;
}

/** What a search index and a check of links need to know of a text. */
export function outlineOf(root: Root): Outline {
  const definitions = definitionsOf(root);
  const links: Link[] = [];
  const picturesWithoutText: { readonly file: string; readonly line: number }[] = [];
  visit(root, ['link', 'linkReference', 'image', 'imageReference'], (node) => {
    if (!('url' in node || 'identifier' in node)) return;
    const url = 'url' in node ? node.url : definitions.get(node.identifier.toUpperCase());
    if (url === undefined) return;
    const target = targetOf(url);
    const [text, line] = [plainText(node), node.position?.start.line ?? 1];
    links.push({ target, text, line });
    if (node.type.startsWith('image') && target.kind === 'file' && text.trim() === '')
      picturesWithoutText.push({ file: target.id, line });
  });
  const files = links.flatMap(({ target }) => (target.kind === 'file' ? [target.id] : []));
  const articles = links.flatMap(({ target }) => (target.kind === 'article' ? [target.number] : []));
  return {
    headings: headingsOf(root).map(({ node: _, ...heading }) => heading),
    links,
    files: [...new Set(files)],
    articles: [...new Set(articles)],
    picturesWithoutText,
  };
}
