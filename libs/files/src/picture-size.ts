export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const ascii = (bytes: DataView, from: number, length: number) =>
  from + length > bytes.byteLength
    ? ''
    : String.fromCharCode(...Array.from({ length }, (_, at) => bytes.getUint8(from + at)));

/** PNG, W3C: the first chunk is IHDR. */
function sizeOfPng(bytes: DataView): PictureSize | undefined {
  if (ascii(bytes, 12, 4) !== 'IHDR' || bytes.byteLength < 24) return undefined;
  return { width: bytes.getUint32(16), height: bytes.getUint32(20) };
}

/** GIF89a: the logical screen. */
function sizeOfGif(bytes: DataView): PictureSize | undefined {
  if (bytes.byteLength < 10) return undefined;
  return { width: bytes.getUint16(6, true), height: bytes.getUint16(8, true) };
}

/** ITU-T T.81, annex B: markers with lengths until the start of a frame. */
function sizeOfJpeg(bytes: DataView): PictureSize | undefined {
  let at = 2;
  while (at + 9 <= bytes.byteLength) {
    if (bytes.getUint8(at) !== 0xff) return undefined;
    const marker = bytes.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { height: bytes.getUint16(at + 5), width: bytes.getUint16(at + 7) };
    // Bytes that fill up, and markers without a length.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else at += 2 + bytes.getUint16(at + 2);
  }
  return undefined;
}

const uint24 = (bytes: DataView, at: number) => bytes.getUint16(at, true) + bytes.getUint8(at + 2) * 65_536;

/** WebP container, RFC 9649, sections 2.5 to 2.7. */
function sizeOfWebp(bytes: DataView): PictureSize | undefined {
  if (bytes.byteLength < 30) return undefined;
  switch (ascii(bytes, 12, 4)) {
    case 'VP8X':
      return { width: uint24(bytes, 24) + 1, height: uint24(bytes, 27) + 1 };
    case 'VP8L': {
      const bits = bytes.getUint32(21, true);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8 ':
      return { width: bytes.getUint16(26, true) & 0x3fff, height: bytes.getUint16(28, true) & 0x3fff };
    default:
      return undefined;
  }
}

const readers = {
  'image/png': sizeOfPng,
  'image/apng': sizeOfPng,
  'image/gif': sizeOfGif,
  'image/jpeg': sizeOfJpeg,
  'image/webp': sizeOfWebp,
} as const;

export type PictureType = keyof typeof readers;

export const isPictureType = (type: string): type is PictureType => Object.hasOwn(readers, type);

/** Width and height that a picture declares, in pixels; undefined if its beginning does not say them. */
export function pictureSize(type: PictureType, head: Uint8Array): PictureSize | undefined {
  const size = readers[type](new DataView(head.buffer, head.byteOffset, head.byteLength));
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}
