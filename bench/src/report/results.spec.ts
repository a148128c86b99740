import type { Figure } from '../line.js';
import { goalText, isMet, spreadText, verdict, withUnit } from './results.js';

const figure = (median: number, goal?: Figure['goal']): Figure => ({
  ...{ name: 'f', unit: '×', median, min: median / 2, max: median * 2, rounds: 3 },
  ...(goal && { goal }),
});

describe('a goal', () => {
  it('of at least is met when it is reached', () => {
    expect([1.9, 2, 2.1].map((median) => isMet(figure(median, { value: 2, at: 'least' })))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('of at most is met when it is not passed', () => {
    expect([1.9, 2, 2.1].map((median) => isMet(figure(median, { value: 2, at: 'most' })))).toEqual([true, true, false]);
  });

  it('that is none is neither met nor missed', () => {
    expect(isMet(figure(1))).toBeUndefined();
    expect([verdict(figure(1)), goalText(figure(1))]).toEqual(['', '']);
  });

  it('is missed by a figure that is no number', () => {
    expect(verdict(figure(NaN, { value: 2, at: 'least' }))).toBe('missed');
    expect(verdict(figure(NaN, { value: 2, at: 'most' }))).toBe('missed');
  });

  it('is written with its direction', () => {
    expect(goalText(figure(1, { value: 0.65, at: 'least' }))).toBe('≥ 0.65×');
    expect(goalText({ ...figure(1, { value: 20, at: 'most' }), unit: 'ms' })).toBe('≤ 20 ms');
  });
});

it('shows about three digits', () => {
  expect([0.1234, 1.234, 12.34, 123.4, 12345.6].map((value) => withUnit(value, 'ms'))).toEqual([
    ...['0.12 ms', '1.23 ms', '12.3 ms', '123 ms', '12,346 ms'],
  ]);
  expect(withUnit(2, '×')).toBe('2×');
});

it('says how far the rounds are apart, and that one run has no spread', () => {
  expect(spreadText(figure(2))).toBe('1× – 4×, 3 rounds');
  expect(spreadText({ ...figure(2), rounds: 1 })).toBe('one run');
});
