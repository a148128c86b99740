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

const words = /[\p{L}\p{M}\p{N}]+/gu;
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

/** Without the accents of Latin, Greek and Cyrillic letters; the vowel signs of other scripts are no accents. */
export function fold(form: string): string {
  return form
    .normalize('NFD')
    .replace(combining, '')
    .replace(hasLigature, (letter) => ligatures[letter] ?? letter)
    .normalize('NFC');
}

/**
 * The words of a text: letters and digits that follow each other. An apostrophe ends a word (`l'adresse` has two).
 * Scripts without spaces give every two neighbouring signs.
 */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(words)) {
    const [word] = match;
    if (!plain.test(word) && spaceless.test(word)) found.push(...pairs(word, match.index));
    else found.push(tokenOf(word, match.index));
  }
  return found;
}

function tokenOf(word: string, start: number): Token {
  const end = start + word.length;
  if (plain.test(word)) {
    const form = word.slice(0, maxForm).toLowerCase();
    return { form, folded: form, start, end };
  }
  const form = word.slice(0, maxForm).toLowerCase().normalize('NFC').toWellFormed();
  return { form, folded: fold(form), start, end };
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
