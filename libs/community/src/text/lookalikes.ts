/** Letters that people take for one another. Pure. */
import { fold } from '@guichet/search';

/** Alphabets whose letters look like one another's. */
const alphabets = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Cherokee', 'Coptic', 'Lisu', 'Hebrew', 'Arabic'].map(
  (script) => new RegExp(`\\p{Script=${script}}`, 'u'),
);

/** Whether letters of two alphabets stand in it that look like one another's. */
export const mixesAlphabets = (text: string): boolean => alphabets.filter((alphabet) => alphabet.test(text)).length > 1;

/** Letters of other alphabets that look like Latin ones: from Unicode TR39, those that people take for the same. */
const latin: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['a', 'аα'],
    ['b', 'ьƅв'],
    ['c', 'сϲⅽ'],
    ['d', 'ԁⅾ'],
    ['e', 'еє'],
    ['f', 'ꞙ'],
    ['g', 'ɡց'],
    ['h', 'һհн'],
    ['j', 'јϳ'],
    ['k', 'кκ'],
    ['l', 'іιӏⅼ'],
    ['m', 'мⅿ'],
    ['n', 'ոπη'],
    ['o', 'оοօσ'],
    ['p', 'рρ'],
    ['q', 'ԛգ'],
    ['r', 'гɾ'],
    ['s', 'ѕ'],
    ['t', 'тτ'],
    ['u', 'υսц'],
    ['v', 'νѵ'],
    ['w', 'ԝωա'],
    ['x', 'хχ'],
    ['y', 'уүγ'],
    ['z', 'ᴢ'],
  ].flatMap(([letter = '', others = '']) => [...others].map((other) => [other, letter])),
);

/** Latin letters and digits that look like other Latin letters. */
const within: Readonly<Record<string, string>> = { i: 'l', ı: 'l', 1: 'l', 0: 'o', 5: 's' };

/**
 * What two words share that people take for the same: without case, accents and signs between letters, and with
 * letters that look alike in the place of one another. It is compared, never shown.
 */
export const skeleton = (word: string): string =>
  [...fold(word.normalize('NFKC').toLowerCase().normalize('NFC')).replace(/[-_.\p{M}]+/gu, '')]
    .map((letter) => latin[letter] ?? within[letter] ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');

/** Whether it is written in another alphabet from end to end, and looks like Latin letters. */
export function passesForLatin(word: string): boolean {
  const letters = [...word.toLowerCase()].filter((letter) => /\p{L}/u.test(letter));
  return letters.length > 0 && letters.every((letter) => letter in latin);
}
