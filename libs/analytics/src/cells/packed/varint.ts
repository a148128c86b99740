/**
 * Base-128 varints of safe integers: seven bits a byte, lowest first. Beyond 31 bits by division, as bit operators end
 * there.
 */

/** Longest varint of a safe integer. */
const longest = 8;

/** Writes into one buffer that grows, and is used again after `reset`. */
export class Writer {
  private bytes = Buffer.allocUnsafe(4096);
  private at = 0;

  reset(): void {
    this.at = 0;
  }

  /** A whole number from 0 to 2^53 - 1. */
  unsigned(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Not a whole number that can be packed: ${value}`);
    }
    if (this.at + longest > this.bytes.length) this.grow();
    let rest = value;
    while (rest > 0x7fffffff) {
      this.bytes[this.at++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.bytes[this.at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  /** A whole number between -2^52 and 2^52, zigzag: small magnitudes stay short. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** What `write` writes, after its length in bytes (well below 2^42, so that six bytes hold it). */
  sized(write: () => void): void {
    const start = this.at;
    write();
    const end = this.at;
    this.unsigned(end - start); // behind its body first, as nobody knew how long it would be
    const length = this.at - end;
    const digits = this.bytes.readUIntLE(end, length);
    this.bytes.copyWithin(start + length, start, end);
    this.bytes.writeUIntLE(digits, start, length);
  }

  /** Bytes that are written as they are. */
  raw(bytes: Buffer, from: number, to: number): void {
    while (this.at + to - from > this.bytes.length) this.grow();
    this.at += bytes.copy(this.bytes, this.at, from, to);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.at;
  }

  /** A copy of what was written. */
  copy(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.at));
  }

  private grow(): void {
    this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
  }
}

export class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  unsigned(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RangeError('A packed cell ends too early.');
      if (byte < 128) return value + byte * factor;
      value += (byte - 128) * factor;
      factor *= 128;
    }
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
