import { delayMs, isPassing, retryAfterMs } from './retry.js';

it.each([
  [429, false, 1, true],
  [503, false, 1, false],
  [503, true, 9, true],
  [undefined, true, 1, true],
  [undefined, false, 1, false],
  [500, true, 2, true],
  [500, true, 3, false],
  [400, true, 1, false],
  [401, true, 1, false],
  [409, true, 1, false],
])('status %p, repeatable %p, after %p failures: another attempt %p', (status, isRepeatable, failures, expected) =>
  expect(isPassing(status, isRepeatable, failures)).toBe(expected),
);

describe('the wait', () => {
  const options = { firstDelayMs: 100, maxDelayMs: 1_000 };
  it('doubles up to a limit', () =>
    expect([1, 2, 3, 4, 5, 60].map((failures) => delayMs(failures, undefined, options, 1))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]));
  it('differs by chance, by half at most', () => expect(delayMs(1, undefined, options, 0)).toBe(50));
  it('is never shorter than the server asks for', () => expect(delayMs(1, 7_000, options, 0)).toBe(7_000));
  it('is not as long as a server may ask for', () => expect(delayMs(1, 86_400_000, options, 0)).toBe(60_000));
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  it.each([
    ['2', 2_000],
    ['0', 0],
    ['-3', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%p is %p ms', (header, expected) => expect(retryAfterMs(header, now)).toBe(expected));
});
