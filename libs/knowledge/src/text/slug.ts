/** The readable part of an article's address, made of its title. Pure. */

const maxLength = 80;

/** Letters that are no letter with a mark, and how they are written without it. */
const plain: Readonly<Record<string, string>> = { ł: 'l', đ: 'd', ø: 'o', ß: 'ss', æ: 'ae', œ: 'oe', ı: 'i' };

/**
 * Words in lower case without marks, joined by hyphens, at most 80 characters; letters of other scripts stay. `article`
 * for a title without letters and digits: the number before it is what decides.
 */
export function slugOf(title: string): string {
  const letters = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[łđøßæœı]/g, (letter) => plain[letter] ?? letter)
    .replaceAll(/\p{Mn}+/gu, (marks, at: number, whole: string) =>
      /\p{Script=Latin}/u.test(whole[at - 1] ?? '') ? '' : marks,
    )
    .normalize('NFC');
  const words = letters.split(/[^\p{L}\p{M}\p{N}]+/u).filter((word) => word !== '');
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? [...word].slice(0, maxLength).join('') : `${slug}-${word}`;
    if ([...longer].length > maxLength) break;
    slug = longer;
  }
  return slug === '' ? 'article' : slug;
}
