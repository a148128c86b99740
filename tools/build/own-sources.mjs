/** Source maps without others' code. */

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const valueOf = new Map([...digits].map((digit, value) => [digit, value]));

/** The numbers of one segment, as Base64 VLQ tells them. */
function decode(segment) {
  const numbers = [];
  for (let at = 0, shift = 0, value = 0; at < segment.length; at++) {
    const digit = valueOf.get(segment[at]);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [shift, value] = [0, 0];
  }
  return numbers;
}

function encode(numbers) {
  let text = '';
  for (const number of numbers) {
    let value = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      text += digits[(value & 31) | (value > 31 ? 32 : 0)];
      value >>= 5;
    } while (value > 0);
  }
  return text;
}

/**
 * The same map for the places that come from `isOwn` sources alone; elsewhere a stack trace names the generated lines.
 * Names are left out: the bundle keeps those of functions.
 */
export function withOwnSourcesOnly(map, isOwn) {
  const newIndex = new Map();
  const sources = [];
  map.sources.forEach((source, index) => {
    if (isOwn(source)) newIndex.set(index, sources.push(source) - 1);
  });
  let [source, line, column] = [0, 0, 0];
  let last = [0, 0, 0];
  let isMapped = true; // so that the beginning is told to be nobody's
  const lines = map.mappings.split(';').map((segments) => {
    let [generated, lastGenerated] = [0, 0];
    const kept = [];
    for (const segment of segments === '' ? [] : segments.split(',')) {
      const [by, bySource, byLine, byColumn] = decode(segment);
      generated += by;
      if (bySource !== undefined) [source, line, column] = [source + bySource, line + byLine, column + byColumn];
      const index = bySource === undefined ? undefined : newIndex.get(source);
      if (index === undefined) {
        // What follows is nobody's, also on the next lines.
        if (!isMapped) continue;
        kept.push(encode([generated - lastGenerated]));
      } else {
        const now = [index, line, column];
        kept.push(encode([generated - lastGenerated, ...now.map((value, i) => value - last[i])]));
        last = now;
      }
      isMapped = index !== undefined;
      lastGenerated = generated;
    }
    return kept.join(',');
  });
  return { ...map, sources, sourcesContent: undefined, names: [], mappings: lines.join(';') };
}
