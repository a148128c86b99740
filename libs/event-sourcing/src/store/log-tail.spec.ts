import { LogTail } from './log-tail.js';
import type { StoredEvent } from './pending-append.js';

/** `size` characters of data and metadata. */
const event = (position: number, size = 10): StoredEvent => ({
  ...{
    position,
    eventId: 'E',
    tenantId: 'T',
    streamId: 's',
    version: 1,
    type: 'Added',
    schemaVersion: 1,
    occurredMs: 0,
    recordedMs: 1,
  },
  data: '{}',
  metadata: `{${' '.repeat(size - 4)}}`,
});
const filled = (from: number, to: number, options = {}) => {
  const tail = new LogTail(options);
  for (let position = from; position <= to; position++) tail.add(event(position));
  return tail;
};
const positions = (tail: LogTail, after: number, limit = 100) =>
  tail.page(after, limit)?.map(({ position }) => position);

it('knows nothing of an empty log', () => {
  expect(positions(new LogTail(), 0)).toBeUndefined();
});

it('answers pages of what was added', () => {
  const tail = filled(1, 5);
  expect(positions(tail, 0, 3)).toEqual([1, 2, 3]);
  expect(positions(tail, 3)).toEqual([4, 5]);
});

it('leaves what is newer and older to the log', () => {
  const tail = filled(7, 9);
  expect(positions(tail, 5)).toBeUndefined();
  expect(positions(tail, 6)).toEqual([7, 8, 9]);
  expect(positions(tail, 9)).toBeUndefined();
  expect(positions(tail, 12)).toBeUndefined();
});

it('begins anew when others have appended in between', () => {
  const tail = filled(1, 3);
  tail.add(event(6));
  expect(positions(tail, 0)).toBeUndefined();
  expect(positions(tail, 3)).toBeUndefined();
  expect(positions(tail, 5)).toEqual([6]);
});

it('begins anew when the log has gone back', () => {
  const tail = filled(1, 9);
  tail.add(event(4));
  expect(positions(tail, 3)).toEqual([4]);
  expect(positions(tail, 4)).toBeUndefined();
});

it('keeps no more than its limits', () => {
  const few = filled(1, 10, { maxEvents: 4 });
  expect(positions(few, 5)).toBeUndefined();
  expect(positions(few, 6)).toEqual([7, 8, 9, 10]);
  const small = filled(1, 10, { maxSize: 25 });
  expect(positions(small, 7)).toBeUndefined();
  expect(positions(small, 8)).toEqual([9, 10]);
  small.add(event(11, 26));
  expect(positions(small, 10)).toBeUndefined();
  small.add(event(12, 5));
  expect(positions(small, 11)).toEqual([12]);
});

it('decodes an event once, for all who read it', () => {
  const tail = filled(1, 3);
  const [first] = tail.page(0, 1) ?? [];
  expect(first).toMatchObject({ eventId: 'e', tenantId: 't', data: {}, occurredAt: '1970-01-01T00:00:00.000Z' });
  expect(tail.page(0, 3)?.[0]).toBe(first);
});

it('never answers an event that has made room for another', () => {
  const tail = filled(1, 3, { maxEvents: 3 });
  expect(positions(tail, 0)).toEqual([1, 2, 3]);
  for (const position of [4, 5]) tail.add(event(position));
  expect(positions(tail, 2)).toEqual([3, 4, 5]);
  tail.add(event(9));
  tail.add(event(10));
  expect(positions(tail, 8)).toEqual([9, 10]);
});
