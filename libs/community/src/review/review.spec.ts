import { personalDataIn } from '@guichet/contracts';
import { specification } from '@guichet/event-sourcing/testing';
import fc from 'fast-check';
import type { TrustLevel } from '../member/trust.js';
import { type FlagReason, flagWeight, hidePost } from './flags.js';
import { maxFlagsOnPost, type ReviewCommand, reviewDecider } from './review.js';
import { type Action, type Outcome, type ReviewEvent, reviewEvents } from './review-events.js';

const given = specification(reviewDecider);
const start = Date.parse('2026-03-02T09:00:00.000Z');
const day = (days: number): string => new Date(start + days * 86_400_000).toISOString();
const at = day(0);
const of = { postId: 'p', topicId: 't', authorId: 'author' };
const features = 'AQA=';

type DataOf<Type extends ReviewCommand['type']> = Extract<ReviewCommand, { type: Type }>['data'];

const signals = [{ name: 'honeypot-filled', weight: 1 }] as const;
const hold = (edition = 1): ReviewCommand => ({ type: 'HoldPost', data: { ...of, edition, signals, at } });
const held = (edition = 1): ReviewEvent => ({
  type: 'PostHeld',
  data: { ...of, edition, signals: [...signals], score: 1, at },
});
const flag = (memberId: string, changed: Partial<DataOf<'FlagPost'>> = {}): ReviewCommand => ({
  type: 'FlagPost',
  data: {
    ...{ ...of, memberId, level: 1, edition: 1, reason: 'spam', weight: 0.75, reach: 3, flagsToday: 0, at },
    ...changed,
  },
});
const flagged = (memberId: string, hides = false, reason: FlagReason = 'spam', edition = 1): ReviewEvent => ({
  type: 'PostFlagged',
  data: { ...of, memberId, edition, reason, weight: 0.75, reach: 3, at, hides },
});
const withdraw = (memberId: string): ReviewCommand => ({ type: 'WithdrawFlag', data: { memberId, at } });
const withdrawn = (memberId: string, restores = false): ReviewEvent => ({
  type: 'FlagWithdrawn',
  data: { ...of, memberId, restores, at },
});
const decide = (outcome: Outcome, action: Action, changed: Partial<DataOf<'DecideReview'>> = {}): ReviewCommand => ({
  type: 'DecideReview',
  data: { outcome, action, ...(outcome === 'upheld' && { reason: 'spam' }), edition: 1, features, at, ...changed },
});
const reviewed = (
  outcome: Outcome,
  action: Action,
  memberIds: string[] = [],
  changed: Partial<Extract<ReviewEvent, { type: 'FlagReviewed' }>['data']> = {},
): ReviewEvent => ({
  type: 'FlagReviewed',
  data: {
    ...{ ...of, edition: 1, outcome, action, ...(outcome === 'upheld' && { reason: 'spam' }) },
    ...{ wasHeld: false, memberIds, features, at, ...changed },
  },
});
const appeal = (memberId = 'author', when = at): ReviewCommand => ({
  type: 'MakeAppeal',
  data: { memberId, text: 'It was a joke.', at: when },
});
const appealed: ReviewEvent = { type: 'AppealMade', data: { ...of, text: 'It was a joke.', at } };
const answered = (granted: boolean): ReviewEvent => ({
  type: 'AppealDecided',
  data: { ...of, granted, reason: 'spam', features, at },
});

describe('a hold', () => {
  it('opens a review, once for each edition', () => {
    given().when(hold()).then(held());
    given(held()).when(hold()).thenNothing();
    given(held()).when(hold(2)).then(held(2));
    given(held(), reviewed('rejected', 'show')).when(hold(2)).then(held(2));
  });
  it('does not get in the way of an appeal', () =>
    given(flagged('f'), reviewed('upheld', 'hide', ['f']), appealed)
      .when(hold(2))
      .thenNothing());
});

describe('flags', () => {
  it('count once a member, whatever they say', () => {
    given().when(flag('f')).then(flagged('f'));
    given(flagged('f')).when(flag('f')).thenNothing();
    given(flagged('f'))
      .when(flag('f', { reason: 'abuse' }))
      .then(flagged('f', false, 'abuse'));
    given(flagged('f'), flagged('f', false, 'abuse'))
      .when(flag('g', { weight: 1.2 }))
      .then({
        type: 'PostFlagged',
        data: { ...of, memberId: 'g', edition: 1, reason: 'spam', weight: 1.2, reach: 3, at, hides: false },
      });
  });
  it('hide a post when two people together weigh 2', () => {
    given(flagged('f'), flagged('g')).when(flag('h')).then(flagged('h', true));
    given(flagged('f')).when(flag('g')).then(flagged('g'));
    given(flagged('f'), flagged('g'), flagged('h', true)).when(flag('i')).then(flagged('i'));
  });
  it('hide personal data at once', () =>
    given()
      .when(flag('f', { reason: 'personal-data' }))
      .then(flagged('f', true, 'personal-data')));
  it('hide nothing that nobody sees', () =>
    given(held())
      .when(flag('f', { reason: 'personal-data' }))
      .then(flagged('f', false, 'personal-data')));
  it('are taken back; with the last one the post is visible again', () => {
    given(flagged('f')).when(withdraw('f')).then(withdrawn('f'));
    given(flagged('f')).when(withdraw('g')).thenNothing();
    given().when(withdraw('f')).thenNothing();
    const two = [flagged('f'), flagged('g', true, 'personal-data')];
    given(...two)
      .when(withdraw('g'))
      .then(withdrawn('g'));
    given(...two, withdrawn('g'))
      .when(withdraw('f'))
      .then(withdrawn('f', true));
    given(held(), flagged('f')).when(withdraw('f')).then(withdrawn('f'));
    given(flagged('f'), reviewed('upheld', 'hide', ['f']))
      .when(withdraw('f'))
      .thenNothing();
  });
  it('come again on a text that was changed since the decision', () => {
    const history = [flagged('f'), reviewed('rejected', 'show', ['f'])];
    given(...history)
      .when(flag('f', { edition: 2 }))
      .then(flagged('f', false, 'spam', 2));
    given(...history)
      .when(flag('g'))
      .thenRefused('already-reviewed');
  });
  it('weigh what they were worth before', () => {
    expect(flagWeight({ upheld: 0, rejected: 0 }, 1)).toBe(0.625);
    expect(flagWeight({ upheld: 98, rejected: 0 }, 4)).toBeCloseTo(1.98);
    expect(flagWeight({ upheld: 0, rejected: 98 }, 4)).toBeCloseTo(0.02);
  });
  it('of one person weigh as much as they may, and hide nothing', () => {
    expect(hidePost([{ reason: 'spam', weight: 2 }])).toBe(false);
    expect(
      hidePost([
        { reason: 'spam', weight: 1.9 },
        { reason: 'wrong', weight: 0.1 },
      ]),
    ).toBe(true);
    expect(hidePost([{ reason: 'personal-data', weight: 0.1 }])).toBe(true);
  });
  it('of one person hide nothing but personal data, and a flag more never shows what was hidden', () => {
    const reason = fc.constantFrom<FlagReason>('spam', 'abuse', 'personal-data', 'off-topic', 'wrong');
    const accuracy = fc.record({ upheld: fc.nat(100), rejected: fc.nat(100) });
    const one = fc.tuple(reason, accuracy, fc.constantFrom<TrustLevel>(1, 2, 3, 4));
    const many = fc.array(
      one.map(([why, of, level]) => ({ reason: why, weight: flagWeight(of, level) })),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(many, many, (flags, more) => {
        for (const { weight } of flags) expect(weight > 0 && weight < 2).toBe(true);
        if (hidePost(flags)) expect(hidePost([...flags, ...more])).toBe(true);
        const [first] = flags;
        if (first && first.reason !== 'personal-data') expect(hidePost([first])).toBe(false);
      }),
    );
  });
});

describe('a decision', () => {
  it('clears flags and hold together', () => {
    const history = [held(), flagged('f'), flagged('g')];
    given(...history)
      .when(decide('upheld', 'hide', { reason: 'spam', note: 'Advertisement.', moderatorId: 'm' }))
      .then(
        reviewed('upheld', 'hide', ['f', 'g'], {
          wasHeld: true,
          reason: 'spam',
          note: 'Advertisement.',
          moderatorId: 'm',
        }),
      );
    expect(given(...history, reviewed('upheld', 'hide', ['f', 'g'])).state()).toMatchObject({
      ...{ state: 'decided', isHeld: false, isHidden: true, flags: new Map() },
    });
  });
  it('may find the flags right and show the post, after it was changed', () =>
    given(flagged('f'))
      .when(decide('upheld', 'show'))
      .then(reviewed('upheld', 'show', ['f'])));
  it('is about what was not taken back', () =>
    given(flagged('f'), flagged('g'), withdrawn('f'))
      .when(decide('rejected', 'show'))
      .then(reviewed('rejected', 'show', ['g'])));
});

describe('an appeal', () => {
  const hidden = [flagged('f'), reviewed('upheld', 'hide', ['f'])];
  it('is made by the author within 30 days, and decided', () => {
    given(...hidden)
      .when(appeal('author', day(30)))
      .then({ type: 'AppealMade', data: { ...of, text: 'It was a joke.', at: day(30) } });
    given(...hidden, appealed)
      .when(decide('upheld', 'hide'))
      .then(answered(false));
    given(...hidden, appealed)
      .when(decide('rejected', 'show'))
      .then(answered(true));
    expect(given(...hidden, appealed, answered(true)).state()).toMatchObject({ state: 'decided', isHidden: false });
  });
  it('is made once for a decision, and again for the next one', () => {
    given(...hidden, appealed)
      .when(appeal())
      .thenRefused('appeal-used');
    given(...hidden, appealed, answered(false))
      .when(appeal())
      .thenRefused('appeal-used');
    const again = [
      ...hidden,
      appealed,
      answered(true),
      flagged('g', false, 'spam', 2),
      reviewed('upheld', 'hide', ['g']),
    ];
    given(...again)
      .when(appeal())
      .then(appealed);
  });
});

const openings: [string, ReviewEvent[]][] = [
  ['a held post', [held()]],
  ['a flagged post', [flagged('f')]],
  ['a post hidden by flags', [flagged('f', true, 'personal-data')]],
  ['an appeal', [flagged('f'), reviewed('upheld', 'hide', ['f']), appealed]],
];
const closed: [string, ReviewEvent[]][] = [
  ['flags that were taken back', [flagged('f'), withdrawn('f')]],
  ['a post that is hidden', [flagged('f'), reviewed('upheld', 'hide', ['f'])]],
  ['a post that is shown', [held(), reviewed('rejected', 'show')]],
  ['a decided appeal', [flagged('f'), reviewed('upheld', 'hide', ['f']), appealed, answered(false)]],
];
describe.each([...openings, ...closed])('on %s', (_, events) => {
  it.each<[string, ReviewCommand]>([
    ['own-post', flag('author', { edition: 9 })],
    ['own-post', decide('upheld', 'hide', { moderatorId: 'author' })],
    ['level-too-low', flag('g', { level: 0, edition: 9 })],
    ['flag-limit', flag('g', { edition: 9, flagsToday: 10 })],
    ['flag-limit', flag('g', { edition: 9, level: 4, flagsToday: 50 })],
    ['not-allowed', appeal('somebody')],
  ])('is refused: %s', (code, command) =>
    given(...events)
      .when(command)
      .thenRefused(code),
  );
  it('is refused to flag without end: flag-limit', () => {
    const mine = Array.from({ length: maxFlagsOnPost }, () => flagged('z', false, 'wrong'));
    given(...mine, ...events)
      .when(flag('z', { edition: 9 }))
      .thenRefused('flag-limit');
    given(...mine.slice(1), ...events)
      .when(flag('z', { edition: 9, weight: 0.01 }))
      .then({
        type: 'PostFlagged',
        data: { ...of, memberId: 'z', edition: 9, reason: 'spam', weight: 0.01, reach: 3, at, hides: false },
      });
  });
});
describe.each(openings.slice(0, 3))('on %s that is open', (_, events) => {
  it('there is nothing to appeal against yet: not-decided', () =>
    given(...events)
      .when(appeal())
      .thenRefused('not-decided'));
  it('what is not wrong is not hidden: nothing-to-hide-for', () =>
    given(...events)
      .when(decide('rejected', 'hide'))
      .thenRefused('nothing-to-hide-for'));
  it('says what is wrong where something is, and there alone: reason-missing, reason-needless', () => {
    const { data } = decide('upheld', 'hide') as { data: DataOf<'DecideReview'> };
    const { reason: _, ...without } = data;
    given(...events)
      .when({ type: 'DecideReview', data: without })
      .thenRefused('reason-missing');
    given(...events)
      .when(decide('rejected', 'show', { reason: 'spam' }))
      .thenRefused('reason-needless');
  });
});
describe.each(closed)('on %s', (_, events) => {
  it('there is nothing to decide: not-open', () => {
    given(...events)
      .when(decide('upheld', 'hide'))
      .thenRefused('not-open');
    given(...events)
      .when(decide('rejected', 'show'))
      .thenRefused('not-open');
  });
});
it.each<[string, string, ReviewEvent[], ReviewCommand]>([
  ['not-decided', 'flags that were taken back', [flagged('f'), withdrawn('f')], appeal()],
  ['not-hidden', 'a post that is shown', [held(), reviewed('rejected', 'show')], appeal()],
  ['appeal-too-late', 'a hidden post', [held(), reviewed('upheld', 'hide')], appeal('author', day(30.01))],
  ['already-reviewed', 'a hidden post', [flagged('f'), reviewed('upheld', 'hide', ['f'])], flag('g')],
  ['already-reviewed', 'an appeal', [flagged('f'), reviewed('upheld', 'hide', ['f']), appealed], flag('g')],
  ['unknown-review', 'a post that nothing was said against', [], decide('upheld', 'hide')],
  ['unknown-review', 'a post that nothing was said against', [], appeal()],
])('%s: on %s', (code, _, events, command) =>
  given(...events)
    .when(command)
    .thenRefused(code),
);

it('seals what people wrote, under the key of whose it is', () => {
  const marked = Object.entries(reviewEvents).flatMap(([type, schema]) =>
    personalDataIn(schema).map((path) => `${type}${path}`),
  );
  const sealed = Object.entries(reviewDecider.personal!).map(
    ([type, { person, texts }]) => `${type}/${texts.join()} ${person}`,
  );
  expect(marked).toEqual(['PostFlagged/note', 'FlagReviewed/note', 'AppealMade/text', 'AppealDecided/note']);
  expect(sealed).toEqual([
    'PostFlagged/note memberId',
    'FlagReviewed/note authorId',
    'AppealMade/text authorId',
    'AppealDecided/note authorId',
  ]);
});
