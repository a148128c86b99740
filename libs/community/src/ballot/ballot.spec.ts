import { specification } from '@guichet/event-sourcing/testing';
import type { TrustLevel } from '../member/trust.js';
import { type BallotCommand, ballotDecider, type BallotEvent, votesLeft, type VotedIdea } from './ballot.js';

const given = specification(ballotDecider);
const at = '2026-03-02T09:00:00.000Z';
const post = {
  memberId: 'ada',
  state: 'visible',
  edition: 1,
  print: '',
  postedAt: at,
  doubters: new Set<string>(),
} as const;
const idea: VotedIdea = {
  ...{ isThere: true, kind: 'idea', memberId: 'ada', isLocked: false, mergedInto: null, firstPostId: 'p' },
  posts: new Map([['p', post]]),
};
const cast = (topicId: string, change: Partial<VotedIdea> = {}, level: TrustLevel = 0): BallotCommand => ({
  type: 'CastIdeaVote',
  data: { topicId, memberId: 'ben', at, level, topic: { ...idea, ...change } },
});
const takeBack: BallotCommand = {
  type: 'ReturnIdeaVote',
  data: { topicId: 'one', memberId: 'ben', at, why: 'locked' },
};
const on = (topicId: string): BallotEvent => ({ type: 'IdeaVoteCast', data: { topicId, memberId: 'ben', at } });
const back: BallotEvent = { type: 'IdeaVoteReturned', data: { topicId: 'one', memberId: 'ben', at, why: 'locked' } };

it('puts one vote on an idea, and takes it back', () => {
  given().when(cast('one')).then(on('one'));
  given(on('one')).when(cast('one')).thenNothing();
  given(on('one')).when(takeBack).then(back);
  given().when(takeBack).thenNothing();
  given(on('one'), back).when(cast('one')).then(on('one'));
});
it.each([
  [0, 2],
  [1, 4],
  [2, 6],
  [3, 8],
  [4, 10],
] as const)('gives a member of level %i %i votes', (level, votes) => {
  const spent = Array.from({ length: votes }, (_, i) => on(`idea ${i}`));
  given(...spent)
    .when(cast('one', {}, level))
    .thenRefused('no-votes-left');
  given(...spent.slice(1))
    .when(cast('one', {}, level))
    .then(on('one'));
  expect(votesLeft(new Set(['a', 'b', 'c']), 0)).toBe(0);
});
it('is for ideas of others that are open and that readers see', () => {
  given()
    .when(cast('one', { kind: 'question' }))
    .thenRefused('not-an-idea');
  given()
    .when(cast('one', { memberId: 'ben' }))
    .thenRefused('own-post');
  given()
    .when(cast('one', { isLocked: true }))
    .thenRefused('topic-locked');
  given()
    .when(cast('one', { mergedInto: 'two' }))
    .thenRefused('topic-locked');
  given()
    .when(cast('one', { posts: new Map([['p', { ...post, state: 'held' }]]) }))
    .thenRefused('unknown-topic');
});
