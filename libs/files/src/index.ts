export { type FileKey, fileLimits, type FileStore, type PutOptions, type StoredFile } from './file-store.js';
export { type FileType, type InspectedFile, inspectFile } from './file-type.js';
export { FolderStore } from './folder-store.node.js';
export type { PictureSize } from './picture-size.js';
export { responseHeaders, type SentFile } from './response-headers.js';
