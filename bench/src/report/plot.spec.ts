import { plot } from './plot.js';

const growth = (name: string, values: readonly number[]) => ({
  ...{ name, unit: 'ms', expected: 'constant' as const },
  points: values.map((value, i) => ({ tickets: 10_000 * 10 ** i, value })),
});

const pointsOf = (svg: string): number[][][] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) =>
    (points as string).split(' ').map((point) => point.split(',').map(Number)),
  );

it('draws powers of ten at even distances, and more higher up', () => {
  const [line = []] = pointsOf(plot([growth('a', [1, 10, 100])]));
  const [x0 = 0, x1 = 0, x2 = 0] = line.map(([x]) => x);
  const [y0 = 0, y1 = 0, y2 = 0] = line.map(([, y]) => y);
  expect(x1 - x0).toBeCloseTo(x2 - x1);
  expect(y0 - y1).toBeCloseTo(y1 - y2);
  expect(y0).toBeGreaterThan(y1);
});

it('draws a constant cost as a level line inside the picture', () => {
  const [line = []] = pointsOf(plot([growth('a', [5, 5, 5])]));
  expect(new Set(line.map(([, y]) => y)).size).toBe(1);
  for (const [x = 0, y = 0] of line) {
    expect(x).toBeGreaterThanOrEqual(70);
    expect(x).toBeLessThanOrEqual(520);
    expect(y).toBeGreaterThanOrEqual(20);
    expect(y).toBeLessThanOrEqual(280);
  }
});

it('names every curve, and every point by its value', () => {
  const svg = plot([growth('a < b', [1, 2]), growth('c', [3, 4])]);
  expect(pointsOf(svg)).toHaveLength(2);
  expect(svg).toContain('a &#60; b (ms)');
  expect(svg).toContain('<title>c, 100,000 tickets: 4 ms</title>');
  expect(svg).not.toContain('NaN');
});
