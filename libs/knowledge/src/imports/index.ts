export type { ImportedArticle, ImportedCategory, ImportedLibrary, ImportedText } from './imported-library.js';
export { type FolderFile, readMarkdownFolder } from './markdown-folder.js';
