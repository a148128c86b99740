import * as fc from 'fast-check';
import { similarEnough, similarity } from './similarity.js';

it.each([
  ['Charged twice', 'charged twice!'],
  ['Charged twice', 'Re: RE: Charged twice'],
  ['Accès refusé', 'acces refuse'],
  ['Charged twice for order 1042', 'Charged twice for my order 1042'],
  ['请求退款', '请求退款。'],
  ['???', '???'],
])('finds %s and %s similar', (one, other) => expect(similarity(one, other)).toBeGreaterThanOrEqual(similarEnough));

it.each([
  ['Charged twice', 'Cannot log in'],
  ['Invoice missing', 'Invoice for March has the wrong address on it'],
  ['???', '!!!'],
  ['???', 'Charged twice'],
])('finds %s and %s different', (one, other) => expect(similarity(one, other)).toBeLessThan(similarEnough));

it('is symmetric, between 0 and 1, and 1 for equal subjects', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
      const alike = similarity(one, other);
      expect(alike).toBe(similarity(other, one));
      expect(alike).toBeGreaterThanOrEqual(0);
      expect(alike).toBeLessThanOrEqual(1);
      expect(similarity(one, one)).toBe(1);
    }),
  ));
