import { EventVersions, type StoredUpcasters } from './event-versions.js';
import { UnknownEventVersion } from './errors.js';
import type { RecordedEvent } from './recorded-event.js';

const event = (schemaVersion: number, data: unknown): RecordedEvent => ({
  ...{ position: 7, eventId: 'e', tenantId: 't', streamId: 'tap-1', version: 1, type: 'Opened', schemaVersion, data },
  ...{ metadata: { actor: { kind: 'system' }, correlationId: 'c' }, occurredAt: '', recordedAt: '' },
});
const upcasters: StoredUpcasters = {
  1: ({ name, ...data }) => ({ ...data, title: name }),
  2: (data) => ({ ...data, locale: 'und' }),
};
const versions = new EventVersions([{ category: 'tap', upcasters: { Opened: upcasters } }]);

it('leads through every version to today’s', () => {
  expect(versions.current('Opened')).toBe(3);
  expect(versions.upcast(event(1, { name: 'a' }))).toEqual(event(3, { title: 'a', locale: 'und' }));
  expect(versions.upcast(event(2, { title: 'a' }))).toEqual(event(3, { title: 'a', locale: 'und' }));
});
it('leaves today’s version alone', () => {
  const today = event(3, { title: 'a', locale: 'fr' });
  expect(versions.upcast(today)).toBe(today);
});
it('takes a type that nobody has changed for version 1', () => expect(versions.current('Shut')).toBe(1));
it.each([0, 4])('does not guess at version %s', (version) =>
  expect(() => versions.upcast(event(version, {}))).toThrow(UnknownEventVersion),
);
it('refuses versions with a hole, and two answers for one type', () => {
  const holed = { category: 'tap', upcasters: { Opened: { 2: (data: object) => ({ ...data }) } } };
  expect(() => new EventVersions([holed])).toThrow('tap: Opened has no upcaster from version 1');
  const one = { category: 'tap', upcasters: { Opened: upcasters } };
  expect(() => new EventVersions([one, { ...one, category: 'lid' }])).toThrow('Two deciders know');
});
