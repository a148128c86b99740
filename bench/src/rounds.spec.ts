import { atLeast, figure, interleave, quantile, ratio } from './rounds.js';

describe('interleave', () => {
  const recorded = async (rounds: number, warmUps?: number) => {
    const calls: string[] = [];
    const variant = (name: string) => () => Promise.resolve(calls.push(name));
    const variants = { a: variant('a'), b: variant('b'), c: variant('c') };
    const samples = await interleave(variants, { rounds, ...(warmUps === undefined ? {} : { warmUps }) });
    return { calls, samples };
  };

  it('runs every variant once a round, in an order that turns', async () => {
    const { calls } = await recorded(3, 0);
    expect(calls.join('')).toBe('abcbcacab');
  });

  it('keeps the warm-ups out of the samples', async () => {
    const { calls, samples } = await recorded(2, 2);
    expect(calls).toHaveLength(12);
    expect(
      Object.values(samples)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual([7, 8, 9, 10, 11, 12]);
    expect(samples.a).toHaveLength(2);
  });

  it('warms up once unless told otherwise', async () => {
    expect((await recorded(1)).calls).toHaveLength(6);
  });
});

describe('figure', () => {
  it('gives the median and the spread, whatever order the samples have', () => {
    expect(figure('f', 'ms', [9, 1, 5, 3])).toEqual({ name: 'f', unit: 'ms', median: 4, min: 1, max: 9, rounds: 4 });
  });

  it('carries its goal', () => {
    expect(figure('f', '×', [1], atLeast(2)).goal).toEqual({ value: 2, at: 'least' });
  });

  it('refuses to speak of what was not measured', () => {
    expect(() => figure('f', 'ms', [])).toThrow('f was not measured.');
  });
});

describe('ratio', () => {
  it('divides round by round: the median of ratios is not the ratio of medians', () => {
    expect(ratio('r', [1, 10, 100], [1, 2, 100])).toMatchObject({ unit: '×', median: 1, min: 1, max: 5 });
  });

  it('refuses rounds that do not match', () => {
    expect(() => ratio('r', [1, 2], [1])).toThrow('the rounds do not match');
  });
});

describe('quantile', () => {
  it.each([
    [0, 1],
    [0.25, 1.75],
    [0.5, 2.5],
    [1, 4],
  ])('of four numbers at %d', (share, expected) => {
    expect(quantile([1, 2, 3, 4], share)).toBe(expected);
  });

  it('of one number is that number', () => {
    expect(quantile([7], 0.99)).toBe(7);
  });

  it('of none is none', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});
