/** Where a file is read; the id decides, the name is for people. */
export const addressOfFile = (fileId: string, name: string): string =>
  `/knowledge/v1/files/${fileId}/${encodeURIComponent(name)}`;
