/** A word of a text, and where it stands there. */
export interface Token {
  /** In lower case, NFC: as the lexicon keeps it, and as a stemmer wants it. */
  readonly form: string;
  /** The form without accents: as words are looked up. */
  readonly folded: string;
  /** Range in the text as it was given, in UTF-16 units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** UTF-16 units. What is longer is no word that anybody types; its beginning stands for it. */
const maxForm = 64;

const ofWord = /[\p{L}\p{M}\p{N}]/u;
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
/** Most words of most texts: they have no accents, and need no folding. */
const plain = /^[A-Za-z0-9]*$/;
const combining = /[\u0300-\u036f]/g;
const ligatures: Readonly<Record<string, string>> = {
  ł: 'l',
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ħ: 'h',
  ı: 'i',
};
const hasLigature = /[łœæßøđħı]/g;

/** Letters below have a sign of their own for each accent, and fold one by one. */
const letterByLetter = 0x180;
const foldedLetters = Array.from({ length: letterByLetter }, (_, unit) => foldWhole(String.fromCharCode(unit)));

/** Without the accents of Latin, Greek and Cyrillic letters; the vowel signs of other scripts are no accents. */
export function fold(form: string): string {
  let folded = '';
  for (let i = 0; i < form.length; i++) {
    const letter = foldedLetters[form.charCodeAt(i)];
    if (letter === undefined) return foldWhole(form);
    folded += letter;
  }
  return folded;
}

function foldWhole(form: string): string {
  return form
    .normalize('NFD')
    .replace(combining, '')
    .replace(hasLigature, (letter) => ligatures[letter] ?? letter)
    .normalize('NFC');
}

// By UTF-16 unit: what was asked of it before. A regular expression takes four times as long for a text.
const [notAsked, inWord, between] = [0, 1, 2];
const asked = new Uint8Array(2 ** 16);

function isOfWord(unit: number): boolean {
  let known = asked[unit];
  if (known === notAsked) asked[unit] = known = ofWord.test(String.fromCharCode(unit)) ? inWord : between;
  return known === inWord;
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

/** Where the words of a text begin and end, in turn. */
function rangesIn(text: string): number[] {
  const ranges: number[] = [];
  let start = -1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isPair = isHighSurrogate(unit) && (text.codePointAt(i) ?? 0) > 0xffff;
    if (isPair ? ofWord.test(text.slice(i, i + 2)) : isOfWord(unit)) {
      if (start < 0) start = i;
    } else if (start >= 0) {
      ranges.push(start, i);
      start = -1;
    }
    if (isPair) i++;
  }
  if (start >= 0) ranges.push(start, text.length);
  return ranges;
}

/**
 * The words of a text: letters and digits that follow each other. An apostrophe ends a word (`l'adresse` has two).
 * Scripts without spaces give every two neighbouring signs.
 */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  const ranges = rangesIn(text);
  for (let i = 0; i < ranges.length; i += 2) {
    const [start = 0, end = 0] = [ranges[i], ranges[i + 1]];
    const word = text.slice(start, end);
    if (plain.test(word)) found.push(plainToken(word, start));
    else if (spaceless.test(word)) found.push(...pairs(word, start));
    else found.push(tokenOf(word, start));
  }
  return found;
}

function plainToken(word: string, start: number): Token {
  const form = word.slice(0, maxForm).toLowerCase();
  return { form, folded: form, start, end: start + word.length };
}

function tokenOf(word: string, start: number): Token {
  if (plain.test(word)) return plainToken(word, start);
  const form = word.slice(0, maxForm).toLowerCase().normalize('NFC').toWellFormed();
  return { form, folded: fold(form), start, end: start + word.length };
}

function pairs(word: string, start: number): Token[] {
  const signs = [...word];
  if (signs.length === 1) return [tokenOf(word, start)];
  const found: Token[] = [];
  let offset = start;
  for (let i = 0; i + 1 < signs.length; i++) {
    found.push(tokenOf(`${signs[i]}${signs[i + 1]}`, offset));
    offset += signs[i]?.length ?? 0;
  }
  return found;
}

const digit = /\p{N}/u;
export const hasDigit = (form: string): boolean => digit.test(form);

/** Words of more than three letters, and numbers: what the length of a text is counted in, in every language. */
export const isContentWord = (form: string): boolean => form.length > 3 || hasDigit(form);
