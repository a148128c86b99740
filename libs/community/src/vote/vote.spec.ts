import { specification } from '@guichet/event-sourcing/testing';
import fc from 'fast-check';
import { limitsOf } from '../member/trust.js';
import { maxChanges, type VoteCommand, voteDecider, type VoteEvent, voteStreamId } from './vote.js';

const given = specification(voteDecider);
const at = '2026-03-02T09:00:00.000Z';
const vote = { topicId: 't', postId: 'p', memberId: 'ben', at };
const post = { memberId: 'ada', state: 'visible' } as const;
const nothing = { topics: 0, posts: 0, votes: 0 };
type Casting = Extract<VoteCommand, { type: 'CastVote' }>['data'];
const cast = (change: Partial<Casting> = {}): VoteCommand => ({
  type: 'CastVote',
  data: { ...vote, post, level: 0, today: nothing, ...change },
});
const withdraw: VoteCommand = { type: 'WithdrawVote', data: vote };
const voidIt: VoteCommand = { type: 'VoidVote', data: { ...vote, reason: 'ring' } };
const wasCast: VoteEvent = { type: 'VoteCast', data: vote };
const withdrawn: VoteEvent = { type: 'VoteWithdrawn', data: vote };
const voided: VoteEvent = { type: 'VoteVoided', data: { ...vote, reason: 'ring' } };

it('counts once, however often it is cast', () => {
  given().when(cast()).then(wasCast);
  given(wasCast).when(cast()).thenNothing();
  given(wasCast).when(withdraw).then(withdrawn);
  given().when(withdraw).thenNothing();
  given(wasCast, withdrawn).when(cast()).then(wasCast);
});
it('is for a post of somebody else that readers see', () => {
  given()
    .when(cast({ memberId: 'ada' }))
    .thenRefused('own-post');
  given()
    .when(cast({ post: undefined }))
    .thenRefused('unknown-post');
  for (const state of ['held', 'hidden', 'removed'] as const)
    given()
      .when(cast({ post: { ...post, state } }))
      .thenRefused('unknown-post');
});
it('is one of a number a day', () => {
  const { votesPerDay } = limitsOf(0);
  given()
    .when(cast({ today: { ...nothing, votes: votesPerDay } }))
    .thenRefused('vote-limit');
  given()
    .when(cast({ today: { ...nothing, votes: votesPerDay }, level: 1 }))
    .then(wasCast);
  given(wasCast)
    .when(cast({ today: { ...nothing, votes: votesPerDay } }))
    .thenNothing();
});
it('does not count where a moderator found it dishonest, and is not cast again', () => {
  given(wasCast).when(voidIt).then(voided);
  given().when(voidIt).thenNothing();
  given(wasCast, voided).when(voidIt).thenNothing();
  given(wasCast, voided).when(cast()).thenRefused('vote-voided');
  given(wasCast, voided).when(withdraw).thenNothing();
});
it('is changed a number of times at most', () => {
  const changes = Array.from({ length: maxChanges / 2 }, () => [wasCast, withdrawn]).flat();
  given(...changes)
    .when(cast())
    .thenRefused('too-many-changes');
  given(...changes.slice(2))
    .when(cast())
    .then(wasCast);
});
it('has one stream for a member and a post, which names neither', () => {
  const id = voteStreamId('0f0e5f0a-8d5c-4a52-9f0e-000000000001', 'post', 'member');
  expect(id).toBe(voteStreamId('0f0e5f0a-8d5c-4a52-9f0e-000000000001', 'post', 'member'));
  expect(id).not.toMatch(/post|member/);
  expect(id).not.toBe(voteStreamId('0f0e5f0a-8d5c-4a52-9f0e-000000000001', 'post', 'other'));
});

it('counts 1 or 0 in whatever order it is cast, withdrawn and voided', () => {
  const commands = fc.constantFrom(cast(), withdraw, voidIt);
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 80, size: 'max' }), (all) => {
      const events: VoteEvent[] = [];
      for (const command of all) {
        try {
          events.push(
            ...voteDecider.decide(
              command,
              events.reduce((vote, event) => voteDecider.evolve(vote, event), voteDecider.initial),
            ),
          );
        } catch (error) {
          expect(error).toHaveProperty('code');
        }
        const count = events.reduce((sum, { type }) => sum + (type === 'VoteCast' ? 1 : -1), 0);
        expect([0, 1]).toContain(count);
      }
    }),
  );
});
