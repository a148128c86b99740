import { imbalance, placedByHash, placedBySize, zipf } from './zipf.js';

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

it('makes shares that fall with the rank and add up to one', () => {
  const shares = zipf(4, 1);
  shares.forEach((share, i) => expect((shares[0] as number) / share).toBeCloseTo(i + 1));
  expect(sum(shares)).toBeCloseTo(1);
});

it('puts every tenant somewhere, the same way each time', () => {
  const shares = zipf(1_000, 1);
  const loads = placedByHash(shares, 8, 1);
  expect(loads).toHaveLength(8);
  expect(sum(loads)).toBeCloseTo(1);
  expect(placedByHash(shares, 8, 1)).toEqual(loads);
  expect(placedByHash(shares, 8, 2)).not.toEqual(loads);
});

it('fills the emptiest place first', () => {
  expect(placedBySize([4, 3, 2, 1], 2)).toEqual([5, 5]);
});

it('says how much fuller the fullest place is than the mean', () => {
  expect(imbalance([3, 1])).toBe(1.5);
  expect(imbalance([2, 2])).toBe(1);
});
