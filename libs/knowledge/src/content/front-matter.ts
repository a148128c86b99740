import { isMap, parseDocument, stringify, visit } from 'yaml';
import { refusedText } from './limits.js';

export type FrontMatterValue =
  string | number | boolean | null | readonly FrontMatterValue[] | { readonly [key: string]: FrontMatterValue };

export type FrontMatter = Readonly<Record<string, FrontMatterValue>>;

/** A header that is longer is none. */
const longestHeader = 65_536;

const fence = /^---[ \t]*\n/;
const closing = /^(?:---|\.\.\.)[ \t]*(?:\n|$)/m;

const invalid = (why: string, line: number) =>
  refusedText('front-matter-invalid', `The front matter is not valid YAML in line ${line}: ${why}`, { line });

/** Dates stay text (the YAML 1.2 core schema has none), and aliases are refused: a few of them can mean gigabytes. */
function dataOf(header: string): FrontMatter {
  const document = parseDocument(header, { schema: 'core', uniqueKeys: true, prettyErrors: false });
  const lineOf = (offset: number) => header.slice(0, offset).split('\n').length + 1;
  const [error] = document.errors;
  if (error) throw invalid(error.message, lineOf(error.pos[0]));
  visit(document, {
    Alias: (_, { range }) => {
      throw invalid('references (*name) are not supported', lineOf(range?.[0] ?? 0));
    },
  });
  if (document.contents === null) return {};
  if (!isMap(document.contents)) throw invalid('names with values are expected', 2);
  return document.toJS() as FrontMatter;
}

export interface MarkdownFile {
  readonly data: FrontMatter;
  readonly body: string;
}

/**
 * A Markdown file, and what its header between two lines of `---` says. Without a header the data are empty.
 * @throws DomainError `front-matter-invalid`, with the line of the file
 */
export function readFrontMatter(file: string): MarkdownFile {
  const text = file.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const opened = fence.exec(text);
  if (!opened) return { data: {}, body: text };
  const rest = text.slice(opened[0].length);
  const closed = closing.exec(rest);
  // A rule at the top of a text is no header.
  if (!closed) return { data: {}, body: text };
  if (closed.index > longestHeader) throw invalid(`it is longer than ${longestHeader} characters`, 1);
  return {
    data: dataOf(rest.slice(0, closed.index)),
    body: rest.slice(closed.index + closed[0].length).replace(/^\n/, ''),
  };
}

/** The file that `readFrontMatter` reads as these data and this body. */
export function writeFrontMatter({ data, body }: MarkdownFile): string {
  const header =
    Object.keys(data).length === 0 ? '' : stringify(data, { schema: 'core', aliasDuplicateObjects: false });
  return `---\n${header}---\n\n${body}`;
}
