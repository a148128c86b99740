import type { Growth } from '../line.js';
import { exponentOf, growthSentence } from './growth.js';

const growth = (...values: number[]): Growth => ({
  name: 'append',
  unit: 'µs',
  expected: 'logarithmic',
  points: values.map((value, i) => ({ tickets: 10_000 * 10 ** i, value })),
});

describe('exponentOf', () => {
  it.each([
    ['constant', [5, 5, 5], 0],
    ['proportional', [1, 10, 100], 1],
    ['the square root', [1, 3, 10], 0.5],
  ])('%s', (_, values, exponent) => {
    expect(exponentOf(growth(...values))).toBeCloseTo(exponent);
  });

  it('of one point is unknown', () => {
    expect(exponentOf(growth(1))).toBeNaN();
  });
});

describe('growthSentence', () => {
  it('says from where to where, and what was expected', () => {
    expect(growthSentence(growth(40, 45, 50))).toBe(
      'append: 40 µs at 10,000 tickets, 50 µs at 1,000,000: 1.25× for 100× the data (exponent 0.05; expected logarithmic at worst)',
    );
  });

  it('does not speak of what was not measured', () => {
    expect(growthSentence(growth())).toBe('append: not measured');
  });
});
