import fc from 'fast-check';
import { slugOf } from './slug.js';

it.each([
  ['Get a refund', 'get-a-refund'],
  ['Être remboursé : comment ?', 'etre-rembourse-comment'],
  ['Zwrot pieniędzy – łatwo!', 'zwrot-pieniedzy-latwo'],
  ['Größe & Maße', 'grosse-masse'],
  ['返金について', '返金について'],
  ['हिन्दी', 'हिन्दी'],
  ['?!', 'article'],
])('makes of %s the address %s', (title, slug) => expect(slugOf(title)).toBe(slug));

it('makes of any title something that an address can hold as it is', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      const slug = slugOf(title);
      expect(slug).toMatch(/^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u);
      expect([...slug].length).toBeLessThanOrEqual(80);
      expect(slugOf(slug)).toBe(slug);
    }),
  ));
