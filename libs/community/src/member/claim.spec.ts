import { specification } from '@guichet/event-sourcing/testing';
import { type ClaimCommand, claimDecider, type ClaimEvent, keptForDays } from './claim.js';

const given = specification(claimDecider);
const start = Date.parse('2026-03-02T09:00:00.000Z');
const day = (days: number): string => new Date(start + days * 86_400_000).toISOString();
const take = (memberId: string, at = day(0)): ClaimCommand => ({ type: 'TakeHandle', data: { memberId, at } });
const giveUp = (memberId: string, at = day(0)): ClaimCommand => ({ type: 'GiveUpHandle', data: { memberId, at } });
const taken = (memberId: string, at = day(0)): ClaimEvent => ({ type: 'HandleTaken', data: { memberId, at } });
const givenUp = (memberId: string, at = day(0)): ClaimEvent => ({ type: 'HandleGivenUp', data: { memberId, at } });

it('is one member’s at a time', () => {
  given().when(take('anna')).then(taken('anna'));
  given(taken('anna')).when(take('anna')).thenNothing();
  given(taken('anna'))
    .when(take('bob', day(1_000)))
    .thenRefused('handle-taken');
});
it('is given up by who has it only', () => {
  given(taken('anna'))
    .when(giveUp('anna', day(1)))
    .then(givenUp('anna', day(1)));
  given(taken('anna')).when(giveUp('bob')).thenNothing();
  given(taken('anna'), givenUp('anna')).when(giveUp('anna')).thenNothing();
  given().when(giveUp('anna')).thenNothing();
});
it('is kept for who gave it up, and then anybody’s', () => {
  const history = [taken('anna'), givenUp('anna', day(1))];
  given(...history)
    .when(take('bob', day(keptForDays)))
    .thenRefused('handle-taken');
  given(...history)
    .when(take('anna', day(2)))
    .then(taken('anna', day(2)));
  given(...history)
    .when(take('bob', day(keptForDays + 1)))
    .then(taken('bob', day(keptForDays + 1)));
  given(...history, taken('bob', day(91)))
    .when(take('anna', day(92)))
    .thenRefused('handle-taken');
});
