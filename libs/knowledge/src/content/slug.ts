/** Letters that Unicode does not take apart into a Latin letter and a mark. */
const unlike: Readonly<Record<string, string>> = {
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ø: 'o',
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  þ: 'th',
  ŧ: 't',
};
const german: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue' };

const longestSlug = 80;

const foldedLatin = (letter: string) => unlike[letter] ?? letter.normalize('NFD').replace(/\p{M}/gu, '');

/** Cut between words where there is a place for it. */
function shortened(slug: string): string {
  const letters = [...slug];
  if (letters.length <= longestSlug) return slug;
  const cut = letters.slice(0, longestSlug).join('');
  const end = letters[longestSlug] === '-' ? cut.length : cut.lastIndexOf('-');
  return end > 0 ? cut.slice(0, end) : cut;
}

/**
 * A title as part of an address: words in lower case with hyphens between, at most 80 letters. Latin letters lose their
 * marks (German ä becomes ae), other scripts stay as they are: browsers show them. Empty if the title has no letter and
 * no digit.
 */
export function slugOf(title: string, locale = 'und'): string {
  const lower = title.normalize('NFKC').toLowerCase().replace(/['’]/g, '').normalize('NFC');
  const spelled = /^de\b/i.test(locale) ? lower.replace(/[äöü]/g, (letter) => german[letter] ?? letter) : lower;
  const folded = spelled.replace(/\p{Script=Latin}\p{M}*/gu, foldedLatin).normalize('NFC');
  return shortened((folded.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join('-'));
}
