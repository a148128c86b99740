import { specification } from '@guichet/event-sourcing/testing';
import { gapDecider, type GapCommand, type GapEvent } from './gap.js';
import { grouped } from './grouped.js';

const given = specification(gapDecider);
const data = {
  ticketId: '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001',
  locale: 'en',
  stems: ['invoic'],
  at: '2026-03-02T09:00:00.000Z',
};
const note: GapCommand = { type: 'NoteUnanswered', data };
const noted: GapEvent = { type: 'SubjectUnanswered', data };

it('a ticket that nothing answers is noted once', () => {
  given().when(note).then(noted);
  given(noted).when(note).thenNothing();
});
it('a subject without a word says of nothing what is missing', () =>
  given()
    .when({ type: 'NoteUnanswered', data: { ...data, stems: [] } })
    .thenNothing());

describe('tickets that nothing answers', () => {
  const tickets = (...subjects: string[]) =>
    subjects.map((subject, i) => ({ ticketId: `t-${i}`, stems: subject.split(' ') }));
  const view = (...subjects: string[]) =>
    grouped(tickets(...subjects)).map(({ stems, tickets: of }) => [
      stems.join(' '),
      of.map(({ ticketId }) => ticketId).join(' '),
    ]);

  it('are grouped by the stems that half of their subject shares, the largest group first', () =>
    expect(view('printer jam', 'invoic vat', 'invoic vat wrong', 'invoic miss vat', 'password')).toEqual([
      ['invoic vat', 't-1 t-2 t-3'],
      ['jam printer', 't-0'],
      ['password', 't-4'],
    ]));
  it('are each in one group, however many share something', () => {
    const all = grouped(tickets(...Array.from({ length: 60 }, (_, i) => `common word${i % 7} thing${i % 3}`)));
    const ids = all.flatMap(({ tickets: of }) => of.map(({ ticketId }) => ticketId));
    expect(ids.toSorted()).toEqual(
      tickets(...Array.from({ length: 60 }, () => 'x'))
        .map(({ ticketId }) => ticketId)
        .toSorted(),
    );
    expect(all.length).toBeLessThan(60);
  });
  it('are none where there are none', () => expect(grouped([])).toEqual([]));
});
