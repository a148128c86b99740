import { FlushTime } from './flush-time.js';

const times = (count: number, observe: (i: number) => void) => Array.from({ length: count }, (_, i) => observe(i));

it('is what is left of the time until the answer without the server’s work', () => {
  const flush = new FlushTime();
  flush.observe(0, 3, 8);
  expect(flush.ms).toBe(5);
});

it('begins with the answer before, where the batch was sent while the server was still at that one', () => {
  const flush = new FlushTime();
  flush.observe(0, 3, 8);
  flush.observe(1, 3, 12);
  expect(flush.ms).toBe(1);
});

it('is the quickest of the recent ones: the others waited for a processor too', () => {
  const flush = new FlushTime();
  times(20, (i) => flush.observe(i * 100, 1, i * 100 + (i === 7 ? 3 : 50)));
  expect(flush.ms).toBe(2);
});

it('notices a disk that has become slow', () => {
  const flush = new FlushTime();
  flush.observe(0, 1, 1.2);
  times(80, (i) => flush.observe(100 + i * 100, 1, 107 + i * 100));
  expect(flush.ms).toBeCloseTo(6);
});

it('is nothing where nothing is known of the server’s work', () => {
  const flush = new FlushTime();
  flush.observe(0, undefined, 8);
  expect(flush.ms).toBe(0);
});
