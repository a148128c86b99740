import { reply, idOf, writersPlaces } from './replies.js';

it('writes replies of about 350 bytes', () => {
  const bytes = Buffer.byteLength(JSON.stringify(reply(idOf(1), 1).data));
  expect(bytes).toBeGreaterThan(340);
  expect(bytes).toBeLessThan(440);
});

it('gives the same id to the same number only', () => {
  expect(new Set([0, 1, 2 ** 24, 2 ** 40].map(idOf)).size).toBe(4);
  expect(idOf(255)).toBe('0197e2a0-0000-7000-8000-0000000000ff');
});

it('fills a stream with eight events, in their order, before it begins the next', () => {
  const [next] = writersPlaces(1);
  const places = Array.from({ length: 17 }, () => (next as NonNullable<typeof next>)());
  expect(places.map(({ version }) => version)).toEqual([...Array(2).fill([0, 1, 2, 3, 4, 5, 6, 7]).flat(), 0]);
  expect(new Set(places.map(({ streamId }) => streamId)).size).toBe(3);
});

it('gives no two writers, and no two blocks, a stream in common', () => {
  const streams = [writersPlaces(64, 0), writersPlaces(64, 1)]
    .flat()
    .flatMap((next) => Array.from({ length: 3 }, () => Array.from({ length: 8 }, next)[0]?.streamId));
  expect(new Set(streams).size).toBe(streams.length);
});
