/**
 * Why a post is looked at by a moderator before others see it: named signals, each with a weight. From 1 on it is held.
 * Nothing is rejected by a machine. Pure.
 */
import { limitsOf, type TrustLevel } from '../member/trust.js';
import { hasContactNumber } from './contact-numbers.js';
import { isInAnother } from './language.js';
import { linksIn } from './links.js';
import { distance, type Print, printOf } from './prints.js';
import { spamLikelihood, type SpamModel } from './spam-model.js';

/** The weight of each signal. */
export const signalWeights = {
  'links-above-limit': 1,
  'lookalike-link': 1,
  'new-domain': 0.5,
  'hidden-characters': 0.5,
  'written-in-no-time': 0.5,
  'form-used-before': 0.5,
  'form-forged': 1,
  'honeypot-filled': 1,
  'near-copy': 0.7,
  'other-language': 0.3,
  'contact-number': 0.5,
  'like-spam': 0.7,
  'old-topic': 1,
} as const;

export type SignalName = keyof typeof signalWeights;
export const signalNames = Object.keys(signalWeights) as readonly SignalName[];

export interface Signal {
  readonly name: SignalName;
  readonly weight: number;
}

/** A text that somebody wants to show, and how it came. */
export interface Submission {
  /** Of the post that begins a topic. */
  readonly title?: string;
  readonly body: string;
  readonly at: string;
  readonly level: TrustLevel;
  /** In which it should be. */
  readonly locale: string;
  /** When the topic was last written in; null: it begins with this. */
  readonly topicActiveAt: string | null;
  /** The form that it was written in: when it was opened, or what is wrong with it; null: it came without one. */
  readonly form: { readonly openedAt: string } | 'used' | 'forged' | null;
  /** Whether something stands in the field that no person sees. */
  readonly honeypotFilled: boolean;
}

/** What a text says of itself, and what is looked up for it. */
export interface Read {
  readonly text: string;
  readonly links: number;
  readonly domains: readonly string[];
  readonly hasLookalike: boolean;
  readonly print: Print;
}

/** What is known of the tenant's other posts. */
export interface Known {
  /** Of the domains that were asked for, those that a visible post has named. */
  readonly domains: ReadonlySet<string>;
  /** Simhashes of the last `recentPosts` posts, but this one. */
  readonly recent: readonly bigint[];
  readonly model: SpamModel;
}

export const recentPosts = 1_000;
/** From this score on a post is held. */
export const holdsFrom = 1;
/** Differing bits of 64 at most in a copy. */
const nearBits = 3;
/** Fewer words are said by many people in the same way. */
const leastCopiedWords = 12;
const leastSeconds = 3;
const likelySpam = 0.95;
/** A newcomer writes in a topic that has slept so long. */
const sleepsAfterDays = 180;

/** Zero-width characters within a word, and what turns the direction of a text by force. */
const hiddenInWords = /[\p{L}\p{N}][\u200b\u2060\ufeff]+[\p{L}\p{N}]|[\u202d\u202e]/u;

export function read({ title, body }: Pick<Submission, 'title' | 'body'>): Read {
  const text = title === undefined ? body : `${title}\n\n${body}`;
  const links = linksIn(text);
  return {
    ...{ text, links: links.length, print: printOf(text) },
    domains: [...new Set(links.map(({ domain }) => domain))],
    hasLookalike: links.some(({ isLookalike }) => isLookalike),
  };
}

/** The signals of a submission, in the order of `signalNames`. */
export function signalsOf(submission: Submission, of: Read, known: Known): readonly Signal[] {
  const { level, locale, form, at, topicActiveAt } = submission;
  const opened = form !== null && typeof form === 'object' ? Date.parse(at) - Date.parse(form.openedAt) : undefined;
  const slept = topicActiveAt === null ? 0 : Date.parse(at) - Date.parse(topicActiveAt);
  const { words, simhash, features } = of.print;
  const given: Readonly<Record<SignalName, boolean>> = {
    'links-above-limit': of.links > limitsOf(level).linksPerPost,
    'lookalike-link': of.hasLookalike,
    'new-domain': of.domains.some((domain) => !known.domains.has(domain)),
    'hidden-characters': hiddenInWords.test(of.text),
    'written-in-no-time': opened !== undefined && opened < leastSeconds * 1_000,
    'form-used-before': form === 'used',
    'form-forged': form === 'forged',
    'honeypot-filled': submission.honeypotFilled,
    'near-copy': words >= leastCopiedWords && known.recent.some((other) => distance(simhash, other) <= nearBits),
    'other-language': isInAnother(of.text, locale),
    'contact-number': hasContactNumber(of.text),
    'like-spam': (spamLikelihood(features, known.model) ?? 0) >= likelySpam,
    'old-topic': level === 0 && slept > sleepsAfterDays * 86_400_000,
  };
  return signalNames.filter((name) => given[name]).map((name) => ({ name, weight: signalWeights[name] }));
}

/** The sum of the weights, exact to a hundredth. */
export const scoreOf = (signals: readonly Signal[]): number =>
  Math.round(signals.reduce((sum, { weight }) => sum + weight, 0) * 100) / 100;

export const isHeld = (signals: readonly Signal[]): boolean => scoreOf(signals) >= holdsFrom;
