import { DomainError } from '@guichet/event-sourcing';
import { findPersonalData } from '@guichet/search/personal-data';
import { mustBeAcknowledged, personalDataIn } from './personal-data-in.js';

const body = 'Ask jane@firma.pl, or call +48 601 234 567.';
const text = { title: 'Ask ann@firma.pl', summary: '', keywords: ['x', 'bob@firma.pl'], body };
const found = personalDataIn(text, findPersonalData(body));

it('says what it has found, and where', () =>
  expect(found.map(({ path, kind, text: words }) => [path, kind, words])).toEqual([
    ['title', 'email', 'ann@firma.pl'],
    ['keywords[1]', 'email', 'bob@firma.pl'],
    ['body', 'email', 'jane@firma.pl'],
    ['body', 'phone', '+48 601 234 567'],
  ]));

it('is content where all of it is acknowledged', () => {
  const all = found.map((one) => one.text);
  expect(() => mustBeAcknowledged(found, all)).not.toThrow();
  expect(() => mustBeAcknowledged([], [])).not.toThrow();
  for (const missing of all) {
    const known = all.filter((one) => one !== missing);
    expect(() => mustBeAcknowledged(found, known)).toThrow(
      expect.objectContaining({ code: 'personal-data-found', details: expect.objectContaining({ total: 1 }) }),
    );
  }
});

it('names a hundred places at most, and how many there are', () => {
  const many = 'jane@firma.pl '.repeat(150);
  const all = personalDataIn({ ...text, title: 'x', keywords: [], body: many }, findPersonalData(many));
  try {
    mustBeAcknowledged(all, ['jane']);
    throw new Error('It was not refused.');
  } catch (error) {
    const { details } = error as DomainError;
    expect(details).toMatchObject({ total: 150 });
    expect(details['found']).toHaveLength(100);
  }
});
