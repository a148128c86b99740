import { DomainError } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { skeleton } from '../text/lookalikes.js';
import { handleForm, handleIdOf, isStaffLike } from './handle.js';

const codeOf = (written: string, isStaff = false): string => {
  try {
    return `kept as ${handleForm(written, { isStaff })}`;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
};

it.each([
  ['anna', 'kept as anna'],
  ['Łukasz.Nowak_7', 'kept as Łukasz.Nowak_7'],
  ['анна', 'kept as анна'],
  ['小野寺', 'kept as 小野寺'],
  ['ａｎｎａ', 'kept as anna'],
  ['ab', 'handle-malformed'],
  ['a'.repeat(31), 'handle-malformed'],
  ['a'.repeat(100_000), 'handle-malformed'],
  ['.anna', 'handle-malformed'],
  ['anna-', 'handle-malformed'],
  ['an--na', 'handle-malformed'],
  ['an/na', 'handle-malformed'],
  ['@anna', 'handle-malformed'],
  ['a\u0301\u0301\u0301\u0301nna', 'handle-malformed'],
  ['anna bell', 'handle-hidden-characters'],
  ['an\u200bna', 'handle-hidden-characters'],
  ['an\u00adna', 'handle-hidden-characters'],
  ['\u202eanna', 'handle-hidden-characters'],
  ['\u2067anna', 'handle-hidden-characters'],
  ['anna\u3164', 'handle-hidden-characters'],
  ['anna\ufe0f', 'handle-hidden-characters'],
  ['an\u0000na', 'handle-hidden-characters'],
  ['anna\ud800', 'handle-hidden-characters'],
  ['аnna', 'handle-mixed-alphabets'],
  ['annα', 'handle-mixed-alphabets'],
  ['admin', 'handle-reserved'],
  ['Admin_Anna', 'handle-reserved'],
  ['AnnaSupport', 'handle-reserved'],
  ['адмin', 'handle-mixed-alphabets'],
  ['adm1n', 'handle-reserved'],
  ['admin007', 'handle-reserved'],
  ['m0derator', 'handle-reserved'],
  ['rnoderator', 'handle-reserved'],
  ['help-desk', 'handle-reserved'],
  ['ádmin', 'handle-reserved'],
  ['ｓｔａｆｆ', 'handle-reserved'],
])('%j: %s', (written, expected) => expect(codeOf(written)).toBe(expected));

it('who works here may say so', () => expect(codeOf('support-anna', true)).toBe('kept as support-anna'));
it('takes no word for another one that only holds it', () => {
  for (const name of ['administrative', 'modest', 'agentur', 'Rooter'])
    expect([name, isStaffLike(name)]).toEqual([name, false]);
});

it.each([
  ['anna', 'Anna'],
  ['anna', 'а\u043d\u043dа'.replaceAll('\u043d', 'n')],
  ['paul', 'pauI'],
  ['paul', 'pau1'],
  ['bob', 'b0b'],
  ['anna', 'a.n-n_a'],
  ['emile', 'Émile'],
  ['modern', 'modem'],
  ['cope', 'соре'],
])('%s and %s are taken for the same', (one, other) => expect(skeleton(one)).toBe(skeleton(other)));
it.each([
  ['anna', 'anne'],
  ['paul', 'paula'],
])('%s and %s are not', (one, other) => expect(skeleton(one)).not.toBe(skeleton(other)));

it('a tenant’s claims are not another’s, and hold no text of the handle', () => {
  const [here, there] = ['7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01', '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02'];
  expect(handleIdOf(here, 'Anna')).toBe(handleIdOf(here, 'anna'));
  expect(handleIdOf(here, 'anna')).not.toBe(handleIdOf(there, 'anna'));
  expect(handleIdOf(here, 'anna')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

it('whatever is kept is kept as it is the second time, and shows what it is', () => {
  let kept = 0;
  const letters = fc.string({ unit: fc.constantFrom(...'abIl1о0аé.-_\u200b\u202eДЖβ字'), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.oneof(letters, fc.string({ unit: 'binary', maxLength: 40 })), (written) => {
      const answer = codeOf(written);
      if (!answer.startsWith('kept as ')) return expect(answer).toMatch(/^handle-/);
      const handle = answer.slice('kept as '.length);
      kept += 1;
      expect(codeOf(handle)).toBe(answer);
      expect(handle).not.toMatch(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u);
      expect(skeleton(handle)).not.toBe('');
    }),
    { numRuns: 1_000, seed: 7 },
  );
  expect(kept).toBeGreaterThan(20);
});
