import { KnownStreams } from './known-streams.js';

const known = (version: number, events = version) => ({
  ...{ decider: {}, state: version, version },
  eventIds: Array.from({ length: events }, (_, i) => `e${i}`),
});

it('knows a stream as it was last touched, of its own tenant only', () => {
  const streams = new KnownStreams();
  streams.set('t1', 's', known(1));
  streams.set('t1', 's', known(2));
  expect(streams.get('t1', 's')?.version).toBe(2);
  expect(streams.get('t2', 's')).toBeUndefined();
  streams.delete('t1', 's');
  expect(streams.get('t1', 's')).toBeUndefined();
});

it('forgets the stream that was touched longest ago when there are too many', () => {
  const streams = new KnownStreams(2);
  for (const id of ['a', 'b', 'a', 'c']) streams.set('t', id, known(1));
  expect(['a', 'b', 'c'].map((id) => streams.get('t', id)?.version)).toEqual([1, undefined, 1]);
});

it('does not keep long streams, nor what it knew of one before it was long', () => {
  const streams = new KnownStreams();
  streams.set('t', 's', known(200));
  expect(streams.get('t', 's')).toBeDefined();
  streams.set('t', 's', known(201));
  expect(streams.get('t', 's')).toBeUndefined();
});
