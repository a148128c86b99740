import fc from 'fast-check';
import { parseMarkdown } from './markdown.js';
import { factsIn, factsOf, keepFacts, keptFacts } from './text-facts.js';
import { anyMarkdown } from './testing/markdown.js';

it('answers for a text that was read before what reading it answers', () => {
  fc.assert(
    fc.property(anyMarkdown, anyMarkdown, (markdown, other) => {
      const [first, , again] = [factsOf(markdown), factsOf(other), factsOf(markdown)];
      const read = factsIn(parseMarkdown(markdown), markdown);
      expect([first, again]).toEqual([read, read]);
    }),
  );
});

it('keeps the texts that were read last, and forgets the others', () => {
  const texts = Array.from({ length: 40 }, (_, n) => `${n} ${'a '.repeat(20_000)}`);
  for (const text of texts) keepFacts(text, factsOf('a'));
  const places = texts.flatMap((text, n) => (keptFacts(text) === undefined ? [] : [n]));
  expect(places).toEqual(Array.from({ length: 26 }, (_, n) => 14 + n));
});

it('keeps nothing of a text that is refused', () => {
  const refused = '>'.repeat(41);
  expect(() => factsOf(refused)).toThrow('more than 40 quotes');
  expect(keptFacts(refused)).toBeUndefined();
});
