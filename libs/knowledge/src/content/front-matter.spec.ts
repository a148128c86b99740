import fc from 'fast-check';
import { type FrontMatter, readFrontMatter, writeFrontMatter } from './front-matter.js';

describe('front matter', () => {
  it('is read', () => {
    const file =
      '\ufeff---\r\ntitle: "Zwrot: jak"\r\nkeywords: [a, b]\r\nverified: 2024-11-29\r\nnumber: 42\r\n---\r\n\r\n# Text\r\n';
    expect(readFrontMatter(file)).toEqual({
      data: { title: 'Zwrot: jak', keywords: ['a', 'b'], verified: '2024-11-29', number: 42 },
      body: '# Text\n',
    });
  });

  it.each(['# Text\n', '---\n', '---\nno end\n', '\n---\na: 1\n---\n', ''])('is not there in %j', (file) => {
    expect(readFrontMatter(file)).toEqual({ data: {}, body: file });
  });

  it('comes back as it was, with any body', () => {
    const anyText = fc.string({ unit: 'grapheme' });
    const anyValue = fc.oneof(
      anyText,
      fc.integer(),
      fc.boolean(),
      fc.constantFrom(null, '---', '...', '2024-11-29', 'yes', '~', '0x1F', '<<', '# x', '&a *a', '!!js/x'),
      fc.array(anyText),
    );
    const anyData = fc.dictionary(
      anyText.filter((key) => key !== '__proto__'),
      anyValue,
    );
    const anyBody = fc.oneof(anyText, fc.constantFrom('', '---\na: 1\n---\n', '\n\nx', '# a\n\n---\n\nb\n'));
    fc.assert(
      fc.property(anyData, anyBody, (data: FrontMatter, body) => {
        expect(readFrontMatter(writeFrontMatter({ data, body }))).toEqual({ data, body: body.replace(/\r\n?/g, '\n') });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a: [1', 'line 3'],
    ['a: 1\nb: 2\na: 3', 'line 4'],
    ['- a\n- b', 'names with values are expected'],
    ['a: &x [1]\nb: *x', 'references (*name)'],
    [`a: ${'x'.repeat(70_000)}`, 'longer than 65536'],
  ])('says what is wrong with %j', (header, message) => {
    expect(() => readFrontMatter(`---\n${header}\n---\n`)).toThrow(message);
  });
});
