/** For tests: small files of several kinds. */
export const pngOf = (width: number, height: number, rest = ''): Uint8Array<ArrayBuffer> => {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const head = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1');
  const tail = Buffer.from([8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  return Uint8Array.from(Buffer.concat([head, size, tail, Buffer.from(`IDAT${rest}`)]));
};
