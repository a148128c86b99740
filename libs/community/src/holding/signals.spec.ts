import fc from 'fast-check';
import type { TrustLevel } from '../member/trust.js';
import { printOf } from './prints.js';
import {
  isHeld,
  type Known,
  read,
  scoreOf,
  type SignalName,
  signalNames,
  signalsOf,
  signalWeights,
  type Submission,
} from './signals.js';

const at = '2026-03-02T09:00:00.000Z';
const before = (seconds: number): string => new Date(Date.parse(at) - seconds * 1_000).toISOString();
const question =
  'Since the update of last Tuesday my router loses its connection every ten minutes. I have restarted it and changed ' +
  'the cable. What else can I try?';
const submission: Submission = {
  ...{ body: question, at, level: 0, locale: 'en', topicActiveAt: null, form: null, honeypotFilled: false },
};
const nothingKnown: Known = {
  ...{ domains: new Set(), recent: [], model: { total: { spam: 0, honest: 0 }, counts: new Map() } },
};
const signals = (changed: Partial<Submission>, known: Partial<Known> = {}): readonly SignalName[] => {
  const of = { ...submission, ...changed };
  return signalsOf(of, read(of), { ...nothingKnown, ...known }).map(({ name }) => name);
};
const links = (count: number) => Array.from({ length: count }, () => 'https://known.example').join(' ');
const known = { domains: new Set(['known.example']) };

it('an honest first post has none', () => {
  expect(signals({ title: 'No connection' })).toEqual([]);
  expect(signals({ form: { openedAt: before(40) } })).toEqual([]);
  expect(signals({ body: `${question} ${links(2)}` }, known)).toEqual([]);
});
it.each<[TrustLevel, number]>([
  [0, 2],
  [1, 10],
  [2, 20],
])('at level %i, more than %i links are too many', (level, max) => {
  expect(signals({ level, body: links(max) }, known)).toEqual([]);
  expect(signals({ level, body: links(max + 1) }, known)).toEqual(['links-above-limit']);
});
it.each<[SignalName | readonly SignalName[], Partial<Submission>]>([
  ['new-domain', { body: `${question} https://new.example` }],
  ['new-domain', { title: 'See new.com', body: question }],
  ['hidden-characters', { body: 'Buy che\u200bap watches' }],
  ['hidden-characters', { body: 'I see \u202esiht\u202c here' }],
  ['written-in-no-time', { form: { openedAt: before(2.9) } }],
  ['written-in-no-time', { form: { openedAt: before(-60) } }],
  ['form-used-before', { form: 'used' }],
  ['form-forged', { form: 'forged' }],
  ['honeypot-filled', { honeypotFilled: true }],
  ['contact-number', { body: 'Call us: +48 22 123 45 67' }],
  ['contact-number', { body: 'Write on Telegram: @seller99' }],
  [['hidden-characters', 'contact-number'], { body: 'Whats\u200bApp +1 555 010 9999' }],
  [['new-domain', 'contact-number'], { body: 'ping wa.me/48221234567' }],
  ['old-topic', { topicActiveAt: before(181 * 86_400) }],
  ['other-language', { locale: 'fr' }],
])('%j', (names, changed) => expect(signals(changed)).toEqual([names].flat()));
it('a lookalike of a domain is one, and new as well', () =>
  expect(signals({ body: `${question} https://раураl.com` })).toEqual(['lookalike-link', 'new-domain']));
it.each<[string, Partial<Submission>]>([
  ['a form that was open for three seconds', { form: { openedAt: before(3) } }],
  ['a topic that slept for 180 days', { topicActiveAt: before(180 * 86_400) }],
  ['an old topic that somebody known wakes', { topicActiveAt: before(400 * 86_400), level: 1 }],
  ['emoji joined by what nobody sees', { body: '👩\u200d💻 thanks' }],
  ['Persian, which needs it', { body: 'می\u200cخواهم', locale: 'fa' }],
  ['a short word of another language', { body: 'Merci beaucoup, ça marche !', locale: 'en' }],
  ['a language that nothing is known of', { body: question, locale: 'ga' }],
  ['a price and a version', { body: 'Version 10.2.4471 costs 1 299,00 since 2026-03-01.' }],
])('is no signal: %s', (_, changed) => expect(signals(changed)).toEqual([]));

it.each<[string, string]>([
  ['en', question],
  [
    'fr',
    'Depuis la mise à jour de mardi dernier, mon routeur perd sa connexion toutes les dix minutes. Que puis-je essayer ?',
  ],
  [
    'pl',
    'Od wtorkowej aktualizacji mój router traci połączenie co dziesięć minut. Co jeszcze mogę zrobić, żeby działał?',
  ],
  [
    'de',
    'Seit dem Update vom letzten Dienstag verliert mein Router alle zehn Minuten die Verbindung. Was kann ich noch tun?',
  ],
  ['uk', 'Після оновлення минулого вівторка мій роутер втрачає з’єднання кожні десять хвилин. Що ще можна спробувати?'],
])('knows a question in %s', (locale, body) => {
  expect(signals({ body, locale })).toEqual([]);
  for (const other of ['en', 'fr', 'pl', 'de', 'uk'].filter((tag) => tag !== locale))
    expect([other, signals({ body, locale: other })]).toEqual([other, ['other-language']]);
  expect(signals({ body, locale: `${locale}-CH` })).toEqual([]);
});

it('a near copy is one, and a short thank-you is none', () => {
  const recent = [printOf(question).simhash];
  expect(signals({ body: `${question} 7` }, { recent })).toEqual(['near-copy']);
  expect(
    signals({ body: 'That helped, thank you!' }, { recent: [printOf('That helped, thank you!').simhash] }),
  ).toEqual([]);
  expect(signals({ body: question }, { recent: [printOf('Something else altogether was said here').simhash] })).toEqual(
    [],
  );
});
it('what moderators have taken for spam is one', () => {
  const counts = new Map(printOf(question).features.map((feature) => [feature, { spam: 60, honest: 0 }]));
  expect(signals({}, { model: { total: { spam: 60, honest: 60 }, counts } })).toEqual(['like-spam']);
  expect(signals({}, { model: { total: { spam: 60, honest: 49 }, counts } })).toEqual([]);
});

it('a post is held from 1 on, to the hundredth', () => {
  const of = (...names: SignalName[]) => names.map((name) => ({ name, weight: signalWeights[name] }));
  expect(isHeld([])).toBe(false);
  expect(isHeld(of('new-domain'))).toBe(false);
  expect(isHeld(of('near-copy', 'other-language'))).toBe(true);
  expect(scoreOf(of('near-copy', 'other-language'))).toBe(1);
  expect(isHeld(of('new-domain', 'other-language'))).toBe(false);
  expect(isHeld(of('new-domain', 'contact-number'))).toBe(true);
  expect(isHeld(of('honeypot-filled'))).toBe(true);
});
it('one signal more never lets a post pass that was held', () => {
  const any = fc.subarray([...signalNames]);
  fc.assert(
    fc.property(any, fc.constantFrom(...signalNames), (names, more) => {
      const of = (list: readonly SignalName[]) => list.map((name) => ({ name, weight: signalWeights[name] }));
      const some = of(names);
      if (isHeld(some)) expect(isHeld([...some, ...of(names.includes(more) ? [] : [more])])).toBe(true);
      expect(scoreOf(some)).toBe(Math.round(names.reduce((sum, name) => sum + signalWeights[name] * 100, 0)) / 100);
    }),
  );
});
it('is said of any text, and is the same each time', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(anything, anything, (title, body) => {
      const of = { ...submission, title, body };
      expect(signalsOf(of, read(of), nothingKnown)).toEqual(signalsOf(of, read(of), nothingKnown));
    }),
  );
});
it.each([
  '\u0000'.repeat(100_000),
  '> '.repeat(50_000),
  `${question} `.repeat(600),
  '0 '.repeat(50_000),
  'é'.repeat(100_000),
])('is said of 100,000 characters soon: %.8j…', (body) => {
  const began = performance.now();
  signals({ body });
  expect(performance.now() - began).toBeLessThan(5_000);
});
