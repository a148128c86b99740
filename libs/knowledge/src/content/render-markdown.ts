import { parseMarkdown } from './markdown.js';
import { type Rendered, renderTree } from './render.js';

/**
 * The HTML of a text that was read before, by today's renderer.
 * @param blockIds as they were given to the text's blocks
 * @throws DomainError as `parseMarkdown`
 */
export const renderMarkdown = (markdown: string, blockIds: readonly string[] = []): Rendered =>
  renderTree(parseMarkdown(markdown), blockIds);
