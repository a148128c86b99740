import fc from 'fast-check';
import { imagesIn, linksIn } from './links.js';

const domains = (text: string) => linksIn(text).map(({ domain }) => domain);

it.each<[string, string[]]>([
  ['nothing here', []],
  ['see https://a.example/b?c=d#e and http://B.EXAMPLE:8080', ['a.example', 'b.example']],
  ['[here](https://a.example/x) and <https://b.example>', ['a.example', 'b.example']],
  ['www.a.example, b-shop.com/x and c.io.', ['a.example', 'b-shop.com', 'c.io']],
  ['https://good.example@evil.example/login', ['evil.example']],
  ['ｈｔｔｐｓ：／／ｅｖｉｌ．ｅｘａｍｐｌｅ', ['evil.example']],
  ['ht\u200btps://ev\u200dil.exam\u2060ple and evil\u200b.com', ['evil.example', 'evil.com']],
  ['\u202eevil.com\u202c', ['evil.com']],
  ['HTTPS://EVIL.EXAMPLE', ['evil.example']],
  ['https://bücher.example', ['xn--bcher-kva.example']],
  ['edit index.ts, main.rs and README.md, then run node.js 20.19', []],
  ['write to anna@shop.com', []],
  ['at 10.30 or v1.2.3', []],
  ['![a picture](https://a.example/p.png)', []],
  ['https://', []],
  ['https://[broken', []],
  ['https://a..b', []],
])('%j links to %j', (text, expected) => expect(domains(text)).toEqual(expected));

it.each<[string, boolean]>([
  ['https://раураl.com', true],
  ['https://аррӏе.com', true],
  ['https://xn--80ak6aa92e.com', true],
  ['https://paypal.com', false],
  ['https://почта.рф', false],
  ['https://bücher.example', false],
  ['https://日本.jp', false],
])('%s passes for another: %s', (text, expected) =>
  expect(linksIn(text).map(({ isLookalike }) => isLookalike)).toEqual([expected]),
);

it('counts images', () => expect(imagesIn('![a](b.png) ![c](d.png) [e](f) !(g)')).toBe(2));

it('finds each of many links, whatever stands between them', () => {
  const between = fc.constantFrom(' ', '\n', ', ', ' (', ') ', '"', '\u200b ', ' \u0000 ', ' 🙂 ', ' [x](', ') ');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(999), between), { maxLength: 40 }), (many) => {
      const text = many.map(([n, sign]) => `https://host${n}.example${sign}`).join('');
      expect(domains(text)).toEqual(many.map(([n]) => `host${n}.example`));
    }),
  );
});
it.each([
  ['a.'.repeat(50_000)],
  ['https://'.repeat(12_500)],
  ['!['.repeat(50_000)],
  ['![a]('.repeat(20_000)],
  ['-.'.repeat(50_000)],
  ['\u200b'.repeat(100_000)],
  [`${'a'.repeat(63)}.`.repeat(1_500)],
])('is done with 100,000 characters soon: %.12s…', (text) => {
  const began = performance.now();
  linksIn(text);
  imagesIn(text);
  expect(performance.now() - began).toBeLessThan(2_000);
});
