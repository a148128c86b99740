import { encodeClaim, holderOf } from './claim-record.js';

const timestamp = String(Date.parse('2026-03-01T12:00:00.000Z'));
const record = (key: string, value: string | null) => ({
  key: Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  timestamp,
});
const claim = (service: string, databaseId: string) => record(service, String(encodeClaim(service, databaseId).value));
const holder = (...records: ReturnType<typeof record>[]) => holderOf('routing', records)?.databaseId;

describe('who a service belongs to', () => {
  it('is nobody at first', () => expect(holder()).toBeUndefined());
  it('is who came first', () => expect(holder(claim('routing', 'a'), claim('routing', 'b'))).toBe('a'));
  it('has nothing to do with other services', () =>
    expect(holder(claim('intake', 'c'), claim('routing', 'a'))).toBe('a'));
  it.each([null, ''])('is nobody after a release (%j), and then who comes first', (released) => {
    expect(holder(claim('routing', 'a'), record('routing', released))).toBeUndefined();
    expect(holder(claim('routing', 'a'), record('routing', released), claim('routing', 'b'))).toBe('b');
  });
  it('is not changed by the release of another service', () =>
    expect(holder(claim('routing', 'a'), record('intake', null))).toBe('a'));
  it.each(['junk', '{}', '{"databaseId":1}', 'null', '{"databaseId":""}'])('is not changed by %s', (value) =>
    expect(holder(record('routing', value), claim('routing', 'a'))).toBe('a'),
  );
  it('is known with its time', () =>
    expect(holderOf('routing', [claim('routing', 'a')])?.since).toBe('2026-03-01T12:00:00.000Z'));
});
