/** The links of a post, however they are disguised. Pure. */
import { domainToUnicode } from 'node:url';
import { mixesAlphabets, passesForLatin } from '../text/lookalikes.js';

export interface Link {
  /** In ASCII (`xn--…`), without `www.`. */
  readonly domain: string;
  /** Whether its letters are others than they seem to be. */
  readonly isLookalike: boolean;
}

/** Endings of addresses that people write without `https://` and `www.`; those that files have are left out. */
const endings =
  'com|net|org|info|biz|xyz|top|shop|site|online|store|link|click|live|club|vip|icu|pro|dev|app|me|co|io|ly|gl|cc|tk|ml|ga|cf|' +
  'cn|de|fr|pl|uk|eu|es|it|nl|be|ch|at|cz|us|ru|ua|in|br|su';
const withScheme = String.raw`(?:https?:\/\/|www\.)[^\s<>"'${'`'}()[\]{}|\\^]+`;
const bare = String.raw`(?<![\p{L}\p{N}@._/-])(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,8}(?:${endings})(?![\p{L}\p{N}-]|\.\p{L})`;
const link = new RegExp(`${withScheme}|${bare}`, 'giu');
const image = /!\[[^[\]\n]{0,500}\]\([^()\n]{0,2000}\)/gu;

/** What nobody sees, and letters that are others in a wider or narrower form. */
export const asSeen = (text: string): string =>
  text.normalize('NFKC').replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '');

/** @param text as it was written. An image is none, though it has an address. */
export function linksIn(text: string): readonly Link[] {
  return [...asSeen(text).replace(image, ' ').matchAll(link)].flatMap(([found]) => linkOf(found) ?? []);
}

export const imagesIn = (text: string): number => [...text.matchAll(image)].length;

/** A name, or an address of four numbers; what the punctuation of a sentence left of it is none. */
const host = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/;

function linkOf(found: string): Link | undefined {
  const trimmed = found.replace(/[.,;:!?*_~]+$/, '');
  const address = /^https?:/i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(address)) return undefined;
  const domain = new URL(address).hostname.replace(/[.,;!*_~]+$/, '').replace(/^www\./, '');
  if (!host.test(domain)) return undefined;
  const labels = domainToUnicode(domain).split('.');
  const latinEnding = /^[a-z]+$/.test(labels.at(-1) ?? '');
  return {
    domain,
    isLookalike: labels.some((label) => mixesAlphabets(label) || (latinEnding && passesForLatin(label))),
  };
}
