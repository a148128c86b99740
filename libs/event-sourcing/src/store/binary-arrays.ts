/**
 * PostgreSQL's binary format for one-dimensional arrays without nulls. A batch is sent as a handful of these: far
 * cheaper to build and to parse than text arrays, whose elements must be quoted and unquoted.
 */

const headerBytes = 20;
const oids = { bytea: 17, int2: 21, int4: 23, int8: 20, text: 25, timestamptz: 1184, uuid: 2950, jsonb: 3802 };
const postgresEpochMs = Date.UTC(2000, 0, 1);

export function textArray(values: readonly string[]): Buffer {
  return stringArray(values, oids.text, 0);
}

/** Elements are JSON texts. */
export function jsonbArray(values: readonly string[]): Buffer {
  return stringArray(values, oids.jsonb, 1);
}

export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const bytes = values.reduce((sum, { length }) => sum + 4 + length, headerBytes);
  const buffer = Buffer.allocUnsafe(bytes);
  let offset = writeHeader(buffer, oids.bytea, values.length);
  for (const value of values) {
    offset = buffer.writeInt32BE(value.length, offset);
    buffer.set(value, offset);
    offset += value.length;
  }
  return buffer;
}

export function int2Array(values: readonly number[]): Buffer {
  return fixedArray(values, oids.int2, 2, (buffer, value, offset) => buffer.writeInt16BE(value, offset));
}

export function int4Array(values: readonly number[]): Buffer {
  return fixedArray(values, oids.int4, 4, (buffer, value, offset) => buffer.writeInt32BE(value, offset));
}

export function int8Array(values: readonly number[]): Buffer {
  return fixedArray(values, oids.int8, 8, (buffer, value, offset) => buffer.writeBigInt64BE(BigInt(value), offset));
}

export function uuidArray(values: readonly string[]): Buffer {
  return fixedArray(values, oids.uuid, 16, (buffer, value, offset) =>
    buffer.write(value.replaceAll('-', ''), offset, 'hex'),
  );
}

/** Elements are milliseconds since 1970. */
export function timestampArray(values: readonly number[]): Buffer {
  return fixedArray(values, oids.timestamptz, 8, (buffer, value, offset) =>
    buffer.writeBigInt64BE(BigInt(value - postgresEpochMs) * 1000n, offset),
  );
}

function fixedArray<T>(
  values: readonly T[],
  oid: number,
  bytes: number,
  write: (buffer: Buffer, value: T, offset: number) => void,
): Buffer {
  const buffer = Buffer.allocUnsafe(headerBytes + values.length * (4 + bytes));
  let offset = writeHeader(buffer, oid, values.length);
  for (const value of values) {
    offset = buffer.writeInt32BE(bytes, offset);
    write(buffer, value, offset);
    offset += bytes;
  }
  return buffer;
}

/** `versionBytes` is 1 for jsonb, whose binary form is a version byte and the text. */
function stringArray(values: readonly string[], oid: number, versionBytes: 0 | 1): Buffer {
  const lengths = values.map((value) => Buffer.byteLength(value) + versionBytes);
  const buffer = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, headerBytes));
  let offset = writeHeader(buffer, oid, values.length);
  values.forEach((value, i) => {
    offset = buffer.writeInt32BE(lengths[i] ?? 0, offset);
    if (versionBytes === 1) offset = buffer.writeUInt8(1, offset);
    offset += buffer.write(value, offset, 'utf8');
  });
  return buffer;
}

/** Dimensions, has-nulls, element type; then length and lower bound of the one dimension. Empty arrays have it too. */
function writeHeader(buffer: Buffer, oid: number, length: number): number {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  return buffer.writeInt32BE(1, 16);
}
