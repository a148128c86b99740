/** Whether a text is in another language than it should be. Pure. */
import { francAll } from 'franc-min';
import { asSeen } from './links.js';

/** Fewer letters say too little. */
const leastLetters = 60;
/** So near to the likeliest language is near enough: neighbours (Czech and Slovak) are told apart badly. */
const nearEnough = 0.85;

/** The languages that franc-min tells apart, by ISO 639-1, as far as they have such a code. */
const known = new Set(
  (
    'ar az be bg bs cs de en es fa fr ha hi hr hu id ig it jv mg mr ms ne nl ny pa pl ps pt rn ro ru rw so sr su sv sw ' +
    'tr uk ur uz vi yo za zu'
  ).split(' '),
);

const language = (tag: string): string => new Intl.Locale(tag).language;
const address = /\b(?:https?:\/\/|www\.)\S+/giu;
const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/gu;

/** @returns false where the text is short, or nothing is known of the language */
export function isInAnother(text: string, locale: string): boolean {
  const asked = language(locale);
  if (!known.has(asked)) return false;
  const words = asSeen(text.slice(0, 10_000)).replace(code, ' ').replace(address, ' ');
  if ((words.match(/\p{L}/gu)?.length ?? 0) < leastLetters) return false;
  const found = francAll(words);
  if (found[0]?.[0] === 'und') return false;
  return !found.some(([tag, score]) => language(tag) === asked && score >= nearEnough);
}
