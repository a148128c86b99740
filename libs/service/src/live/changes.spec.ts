import { Changes } from './changes.js';

it('tells those who listen to the subject, until they stop', () => {
  const changes = new Changes();
  const heard: string[] = [];
  const stop = changes.listen('acme', 'billing', () => heard.push('billing'));
  changes.listen('acme', 'returns', () => heard.push('returns'));
  changes.listen('rival', 'billing', () => heard.push('rival'));
  changes.announce('acme', ['billing', 'nobody hears of this']);
  expect(heard).toEqual(['billing']);
  changes.announce('acme');
  expect(heard).toEqual(['billing', 'billing', 'returns']);
  stop();
  changes.announce('acme', ['billing']);
  expect(heard).toHaveLength(3);
});

it('numbers the changes of a tenant, and no two moments between which one was missed alike', () => {
  const changes = new Changes();
  const stop = changes.listen('acme', 'billing', () => undefined);
  const first = changes.last('acme');
  expect(changes.last('acme')).toBe(first);
  changes.announce('rival');
  expect(changes.last('acme')).toBe(first);
  changes.announce('acme');
  const second = changes.last('acme');
  expect(second).not.toBe(first);
  stop();
  changes.announce('acme'); // nobody listens
  changes.listen('acme', 'returns', () => undefined);
  expect([first, second]).not.toContain(changes.last('acme'));
});
