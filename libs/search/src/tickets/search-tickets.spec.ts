import * as fc from 'fast-check';
import { tokens } from '../analysis/tokens.js';
import { ticketMarker } from './marking.js';
import { MemoryTexts } from './memory-texts.js';
import { WrongQuery } from './operators.js';
import { rankTickets, searchTickets, type TicketsAsked } from './search-tickets.js';
import { type TicketText } from './ticket-text.js';

interface Ticket {
  readonly locale: string;
  readonly texts: readonly TicketText[];
}

const tickets: Readonly<Record<string, Ticket>> = {
  refund: {
    locale: 'en',
    texts: [
      {
        number: 'GU-1042',
        title: 'Refund',
        people: ['Anna Nowak', 'anna.nowak@example.org'],
        body: 'I was charged twice.',
      },
      { body: 'The invoices are attached, see order 2001.' },
      { tags: ['vip', 'money-back'] },
    ],
  },
  zwrot: {
    locale: 'pl',
    texts: [
      { number: 'GU-1043', title: 'Zwrot pieniędzy', people: ['Łukasz'], body: 'Proszę o szybki zwrot i fakturę.' },
    ],
  },
  remboursement: {
    locale: 'fr',
    texts: [{ number: 'GU-1044', title: 'Remboursement', people: ['Anna'], body: 'Bonjour, order 2000 by GU-1042.' }],
  },
  unknown: { locale: 'und', texts: [{ number: 'GU-1045', title: 'Refunds', body: 'zwrotu' }] },
};
const source = new MemoryTexts(
  Object.entries(tickets).flatMap(([key, { texts }]) => texts.map((text) => [key, text] as const)),
);
const search = (asked: string | TicketsAsked) =>
  searchTickets(typeof asked === 'string' ? { words: asked } : asked, ['en', 'pl', 'fr', 'und'], source);
async function ranked(asked: string | TicketsAsked) {
  const { words, tickets: candidates } = await search(asked);
  const pairs = candidates.map(
    (candidate) => [{ key: candidate.key, locale: tickets[candidate.key]!.locale, movedAt: 0 }, candidate] as const,
  );
  return rankTickets(typeof asked === 'string' ? asked : asked.words, words, pairs);
}
const found = async (asked: string | TicketsAsked) => (await ranked(asked)).tickets.map(({ key }) => key);

it.each<[string, string, string[]]>([
  ['a word of the subject', 'refund', ['refund']],
  ['another form of it, in the language of the ticket', 'invoice', ['refund']],
  ['words without their accents', 'pieniedzy', ['zwrot']],
  ['another form, without its accents', 'faktury', ['zwrot']],
  ['words with a letter wrong', 'remboursment', ['remboursement']],
  ['words of different messages', 'charged invoices', ['refund']],
  ['nothing where a word is missing', 'charged zwrot', []],
  ['people', 'nowak', ['refund']],
  ['tags', 'vip', ['refund']],
  ['the ticket with a number, not those that tell of it', 'GU-1042', ['refund']],
  ['a number in another case, with words', 'gu-1042 charged', ['refund']],
  ['the digits of a number, wherever they stand', '1042', ['refund', 'remboursement']],
  ['a number as it is: no other one', '2001', ['refund']],
  ['no number one digit away', '2002', []],
  ['a form as it is in a ticket without a language', 'zwrotu', ['zwrot', 'unknown']],
  ['no other form in a ticket without a language', 'zwrot', ['zwrot']],
])('finds %s', async (_what, words, expected) => expect(await found(words)).toEqual(expected));

it('finds who asked, and tags, apart from other words', async () => {
  expect(await found({ words: '', from: ['Anna'] })).toEqual(['refund', 'remboursement']);
  expect(await found({ words: '', from: ['refund'] })).toEqual([]);
  expect(await found({ words: '', tags: ['money-back'] })).toEqual(['refund']);
  expect(await found({ words: 'charged', from: ['Anna'], tags: ['vip'] })).toEqual(['refund']);
});

it('says how it read what no text has', async () => {
  expect(await ranked('bonjour remboursment')).toMatchObject({ corrected: 'bonjour remboursement' });
  expect(await ranked('refund')).not.toHaveProperty('corrected');
});

it('refuses more words than it looks for', () =>
  expect(search(Array.from({ length: 33 }, (_, i) => `word${i}`).join(' '))).rejects.toThrow(WrongQuery));

it('marks what it found, and the passage that has most of it', async () => {
  const { words } = await search('pieniedzy szybkiego');
  const marker = ticketMarker(words);
  const { text, marks } = marker.mark('Zwrot pieniędzy');
  expect(marks.map(({ start, end }) => text.slice(start, end))).toEqual(['pieniędzy']);
  expect(marker.snippet(['Dzień dobry.', 'Proszę o szybki zwrot.'])).toMatchObject({ block: 1 });
});

it('finds every text by each of its words', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 8 }), async (bodies) => {
      const texts = new MemoryTexts(bodies.map((body, key) => [key, { body }] as const));
      for (const [key, body] of bodies.entries()) {
        for (const { start, end } of tokens(body)) {
          const { tickets: hits } = await searchTickets({ words: body.slice(start, end) }, ['en'], texts);
          expect(hits.map((hit) => hit.key)).toContain(key);
        }
      }
    }),
    { numRuns: 50 },
  ));
