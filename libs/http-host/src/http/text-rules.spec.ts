import fc from 'fast-check';
import {
  emailForm,
  fits,
  isInstant,
  isStorable,
  keywordForm,
  lineForm,
  localeForm,
  shapes,
  textForm,
  unseen,
} from './text-rules.js';

it.each([
  '2026-03-02T09:00:00Z',
  '2024-02-29T23:59:59.999999999Z',
  '2026-03-02T09:00:00+14:00',
  '1970-01-01T00:00:00Z',
])('takes %s as an instant', (text) => expect(isInstant(text)).toBe(true));
it.each([
  '2026-03-02',
  '2026-03-02T09:00:00',
  '2026-03-02 09:00:00Z',
  '2026-02-29T09:00:00Z',
  '2026-13-01T09:00:00Z',
  '2026-00-01T09:00:00Z',
  '2026-03-02T24:00:00Z',
  '2026-03-02T09:60:00Z',
  '2026-03-02T09:00:60Z',
  '2026-03-02T09:00:00+15:00',
  '1969-12-31T23:59:59Z',
  '9999-01-01T00:00:00Z',
  '+12026-03-02T09:00:00Z',
])('refuses %s', (text) => expect(isInstant(text)).toBe(false));

it('counts characters, not code units', () => {
  expect(fits('🎫🎫', 1, 2)).toBe(true);
  expect(fits('🎫🎫🎫', 1, 2)).toBe(false);
  expect(fits('🎫', 2, 4)).toBe(false);
});

it('knows what can be stored', () => {
  expect(isStorable('é🎫')).toBe(true);
  expect(isStorable('a\u0000')).toBe(false);
  expect(isStorable('\udc00a')).toBe(false);
});

it.each([
  ['FR-ch', 'fr-CH'],
  ['ZH-hans-cn', 'zh-Hans-CN'],
  ['pl', 'pl'],
  ['', undefined],
  ['fr_CA', undefined],
  ['x', undefined],
  ['not a tag', undefined],
  [`en-x${'-abcdefgh'.repeat(4)}`, undefined],
])('keeps the language tag %p as %p', (tag, form) => expect(localeForm(tag)).toBe(form));

it.each([
  ['x@exämple.de', 'x@exämple.de'],
  ['x@xn--exmple-cua.de', 'x@exämple.de'],
  ['x@EXÄMPLE.De', 'x@exämple.de'],
  ['x@exa\u0308mple。de', 'x@exämple.de'],
  ['Ada.L+a@acme.example', 'Ada.L+a@acme.example'],
  ['ada@localhost', 'ada@localhost'],
  ['jose\u0301@acme.example', 'josé@acme.example'],
])('keeps the address %p as %p', (email, form) => {
  expect(emailForm(email)).toBe(form);
  expect(emailForm(form)).toBe(form);
});
it.each([
  ...['', '@', 'ada', 'ada@', '@acme.example', 'a b@acme.example', 'a@b@c', 'a@acme..example', 'a@-acme.example'],
  ...['a@acme.example.', 'a@acme.example/x', 'a@acme%2eexample', 'a@acme.example:25', 'a\u200bb@acme.example'],
  ...['a\u0007@acme.example', `${'a'.repeat(65)}@acme.example`, `a@${'b'.repeat(250)}.example`, 'a@ac\u202eme.example'],
])('takes %p for no address', (email) => expect(emailForm(email)).toBeUndefined());

const invisible = [
  ...[
    '\u200b',
    '\u2060',
    '\u2800',
    '\u3164',
    '\u00ad',
    '\ufeff',
    '\u115f',
    '\u180e',
    '\u034f',
    '\u{e0041}',
    '\u{1d159}',
  ],
  ...[' ', '\u00a0', '\u3000', '\u200d', '\ufe0f'],
];
it.each(invisible)('sees nothing in %p', (character) => {
  for (const form of [textForm, lineForm, keywordForm]) {
    expect(form(character)).toBeUndefined();
    expect(form(`${character}${character} ${character}`)).toBeUndefined();
  }
});

const offTheLine = [
  '\n',
  '\r\n',
  '\u0007',
  '\u0000',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\t',
  '\ud800',
];
it.each(offTheLine)('has no place on a line for %p', (character) => {
  for (const form of [lineForm, keywordForm]) expect(form(`one${character}two`)).toBeUndefined();
});

it.each([
  ['  Charged twice ', 'Charged twice'],
  ['Cafe\u0301', 'Café'],
  ['می‌خواهم', 'می‌خواهم'],
  ['👩‍💻 ❤️ 1️⃣', '👩‍💻 ❤️ 1️⃣'],
  ['שלום\u200f!', 'שלום\u200f!'],
])('keeps the line %p as %p', (line, form) => expect(lineForm(line)).toBe(form));

it.each([
  ['Caller 2403', 'Caller 2403'],
  ['Cafe\u0301', 'Café'],
  ['می‌خواهم', 'می‌خواهم'],
  ['❤️', '❤️'],
  ['क्‍ष', 'क्‍ष'],
  [' a', undefined],
  ['a\u00a0', undefined],
  ['urg\u200bent', undefined],
  ['urg\u200dent', undefined],
  ['urg\u00adent', undefined],
  ['a\u200f', undefined],
])('keeps the keyword %p as %p', (keyword, form) => expect(keywordForm(keyword)).toBe(form));

it('leaves what is in its form as it is, and says of it what the pattern says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
      for (const form of [textForm, lineForm, keywordForm, localeForm, emailForm]) {
        const kept = form(text);
        if (kept !== undefined) expect(form(kept)).toBe(kept);
      }
      expect(new RegExp(shapes.text, 'u').test(text) && isStorable(text)).toBe(textForm(text) !== undefined);
      expect(new RegExp(shapes.line, 'u').test(text) || lineForm(text) !== text).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it('knows every character that nobody sees', () => {
  const isUnseen = /^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800\u{1d159}]$/u;
  const listed = unseen.split(' ').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map((hex) => parseInt(hex, 16));
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
  const found = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) =>
    isUnseen.test(String.fromCodePoint(code)),
  );
  expect(listed).toEqual(found);
});
