import fc from 'fast-check';
import { distance, maxFeatures, packFeatures, printOf, unpackFeatures } from './prints.js';

const offer =
  'Our friendly team repairs every router at home within two hours, at any time of the day and of the night, without ' +
  'a fee for the way, with a guarantee of five years on every part, and with a price that nobody else in the whole ' +
  'country can offer to you. Ask us today, because only the first hundred customers get the second year for nothing.';
const question =
  'Since the update of last Tuesday my router loses its connection every ten minutes. I have restarted it, put it back ' +
  'to how it was delivered and changed the cable. The lamp for the line stays green all the while. What else can I try?';

it('of the same text is the same, whatever nobody sees of it', () => {
  expect(printOf(offer)).toEqual(printOf(offer));
  const disguised = offer.replaceAll('a', 'a\u200b').replaceAll('é', 'e\u0301').toUpperCase();
  expect(printOf(disguised)).toEqual(printOf(offer));
});
it('of a copy with a number at its end is near', () => {
  for (const end of ['', ' 7', ' (12)', ' 📞 0800 100 200', ' !!!', ' #a1b2'])
    expect([end, distance(printOf(offer).simhash, printOf(offer + end).simhash) <= 3]).toEqual([end, true]);
});
it('of another text is far', () =>
  expect(distance(printOf(offer).simhash, printOf(question).simhash)).toBeGreaterThan(10));
it('has a sample of a long text, and the same one each time', () => {
  const long = Array.from({ length: 20_000 }, (_, i) => `word${(i * 7919) % 9973}`).join(' ');
  const { features } = printOf(long);
  expect(features).toHaveLength(maxFeatures);
  expect(printOf(long).features).toEqual(features);
});
it.each(['', ' ', '\u0000', '\u200b', '🙂🙂', '\ud800'])('is made of %j too', (text) =>
  expect(printOf(text)).toMatchObject({ words: expect.any(Number), simhash: expect.any(BigInt) }),
);
it('of 100,000 characters is made soon', () => {
  const began = performance.now();
  printOf('spam '.repeat(20_000));
  printOf('x'.repeat(100_000));
  expect(performance.now() - began).toBeLessThan(2_000);
});

it('stands in an event as it was', () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(8_191), { maxLength: maxFeatures }), (features) => {
      expect(unpackFeatures(packFeatures(features))).toEqual(features);
      expect(packFeatures(features).length).toBeLessThanOrEqual(1_368);
    }),
  ));
it('is a distance', () =>
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.uniqueArray(fc.nat(63)), (hash, flipped) => {
      const other = flipped.reduce((bits, bit) => bits ^ (1n << BigInt(bit)), hash);
      expect(distance(hash, BigInt.asIntN(64, other))).toBe(flipped.length);
      expect(distance(BigInt.asIntN(64, other), hash)).toBe(flipped.length);
    }),
  ));
