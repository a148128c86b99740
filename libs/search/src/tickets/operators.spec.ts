import * as fc from 'fast-check';
import { type Operator, parseQuery, WrongQuery } from './operators.js';

const operators = {
  is: { takes: ['open', 'closed'], isMany: true, help: 'a state, such as is:open' },
  from: { takes: 'words', isMany: false, help: 'who asked, such as from:anna' },
  before: { takes: 'date', isMany: false, help: 'a day, such as before:2026-03-01' },
} as const satisfies Record<string, Operator>;
const parsed = (text: string) => parseQuery(text, operators);

it.each([
  ['refund', { words: 'refund', values: {} }],
  ['', { words: '', values: {} }],
  ['refund is:open GU-1042', { words: 'refund GU-1042', values: { is: ['open'] } }],
  ['is:open IS:Closed', { words: '', values: { is: ['open', 'closed'] } }],
  ['from:"Anna Nowak" zwrot', { words: 'zwrot', values: { from: ['Anna Nowak'] } }],
  ['from:anna.nowak@example.org', { words: '', values: { from: ['anna.nowak@example.org'] } }],
  ['before:2026-03-01', { words: '', values: { before: ['2026-03-01'] } }],
  ['"is:closed" paid', { words: 'is:closed paid', values: {} }],
  ['see https://example.org/a?b=c', { words: 'see https://example.org/a?b=c', values: {} }],
  ['Re: the order', { words: 'Re: the order', values: {} }],
  ['10:30 "unfinished', { words: '10:30 "unfinished', values: {} }],
])('reads %j', (text, expected) => expect(parsed(text)).toEqual(expected));

it.each([
  ['state:open', 'unknown-operator', /no operator `state:`.*`is:`.*`from:`.*`before:`.*"state:open"/],
  ['is:lost', 'wrong-operator', /open, closed/],
  ['from:"  "', 'wrong-operator', /needs a value/],
  ['before:yesterday', 'wrong-operator', /takes a day/],
  ['before:2026-02-30', 'wrong-operator', /takes a day/],
  ['from:anna from:ben', 'wrong-operator', /given twice/],
])('refuses %j', (text, code, message) => {
  const refusal = (() => {
    try {
      return parsed(text);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(WrongQuery);
  expect(refusal).toMatchObject({ code, message: expect.stringMatching(message) });
});

it('reads any text, or says what is wrong with it', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      try {
        expect(parsed(text).words.length).toBeLessThanOrEqual(text.length);
      } catch (error) {
        expect(error).toBeInstanceOf(WrongQuery);
      }
    }),
  ));
