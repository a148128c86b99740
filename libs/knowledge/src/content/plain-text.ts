import type { Nodes } from 'mdast';

/** What lies between the children of a node, so that the words of two cells or list items stay apart. */
const separators: Readonly<Partial<Record<Nodes['type'], string>>> = {
  root: '\n',
  blockquote: '\n',
  containerDirective: '\n',
  footnoteDefinition: '\n',
  list: '\n',
  listItem: '\n',
  table: '\n',
  tableRow: ' ',
};

/** The text that a reader sees of a node, with the alternative texts of its pictures. */
export function plainText(node: Nodes): string {
  if ('value' in node) return node.value;
  if ('alt' in node) return node.alt ?? '';
  if (node.type === 'break') return '\n';
  if (!('children' in node)) return '';
  const texts = node.children.map(plainText).filter((text) => text !== '');
  return texts.join(separators[node.type] ?? '');
}
