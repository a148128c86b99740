import fc from 'fast-check';
import { EventStreamParser, type LiveEvent } from './sse.js';

const parse = (pieces: readonly Uint8Array[], parser = new EventStreamParser(undefined)): LiveEvent[] =>
  pieces.flatMap((piece) => [...parser.push(piece)]);
const bytes = (text: string) => new TextEncoder().encode(text);

it('reads ids, names and data, and passes over comments', () =>
  expect(
    parse([bytes(': open\n\nid: 7\nevent: changed\ndata: {"a":\ndata: 1}\n\ndata: 2\n\n: heartbeat\n\n')]),
  ).toEqual([
    { id: '7', event: 'changed', data: { a: 1 } },
    { id: '7', event: 'message', data: 2 },
  ]));

it('reads the same however the bytes are cut', () => {
  const text = 'id: 1\r\nevent: é\r\ndata: "zwölf \u{1f600}"\r\n\r\n: x\n\nid: 2\ndata: [1,\ndata: 2]\n\n';
  const whole = parse([bytes(text)]);
  expect(whole).toHaveLength(2);
  const all = bytes(text);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: all.length - 1 })), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), all.length];
      const pieces = ends.map((end, index) => all.subarray(ends[index - 1] ?? 0, end));
      expect(parse(pieces)).toEqual(whole);
    }),
  );
});

it('has not seen an event that broke off', () => {
  const parser = new EventStreamParser('4');
  expect(parse([bytes('id: 5\ndata: 1\n\nid: 6\ndata: 2\n')], parser)).toHaveLength(1);
  parser.restart();
  expect(parser.lastEventId).toBe('5');
  expect(parse([bytes('data: 3\n\n')], parser)).toEqual([{ id: '5', event: 'message', data: 3 }]);
});

it('keeps the wait that the server asks for', () => {
  const parser = new EventStreamParser(undefined);
  parse([bytes('retry: 2000\n\nretry: soon\n\n')], parser);
  expect(parser.retryMs).toBe(2_000);
});

it('gives up on an event without an end', () => {
  const parser = new EventStreamParser(undefined);
  expect(() => parse([bytes('data: '), bytes('x'.repeat(17_000_000))], parser)).toThrow('no end');
});
