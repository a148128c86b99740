import { addressForm, addressPattern } from './old-address.js';

it.each([
  ['/a/b', '/a/b'],
  ['/a/b/', '/a/b'],
  ['/a/b///', '/a/b'],
  ['/', '/'],
  ['//', '/'],
])('%s is kept as %s', (path, form) => expect(addressForm(path)).toBe(form));
it.each(['a', '', '/a?b', '/a#b'])('%j is no path', (path) => expect(path).not.toMatch(addressPattern));
