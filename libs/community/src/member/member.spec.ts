import { specification } from '@guichet/event-sourcing/testing';
import { type MemberCommand, memberDecider, type MemberEvent, mustBeFree, noticeDays, standingOf } from './member.js';
import type { TrustFigures, TrustLevel } from './trust.js';

const given = specification(memberDecider);
const start = Date.parse('2026-03-02T09:00:00.000Z');
const day = (days: number): string => new Date(start + days * 86_400_000).toISOString();
const at = day(0);
const memberId = 'anna';
const named = { handle: 'Anna', handleId: 'h-anna' };

const joined: MemberEvent = { type: 'MemberJoined', data: { memberId, ...named, locale: 'pl', at } };
const join: MemberCommand = { type: 'JoinForum', data: { memberId, ...named, locale: 'pl', at } };
const rename = (handle: string, handleId: string, when: string): MemberCommand => ({
  type: 'ChangeHandle',
  data: { memberId, handle, handleId, at: when },
});

const few: TrustFigures = {
  ...{ topicsRead: 0, postsRead: 0, secondsRead: 0, daysVisited: 0, topicsAnswered: 0, votesGiven: 0 },
  ...{ votesReceived: 0, daysVisitedIn100Days: 0, topicsAnsweredIn100Days: 0, votesReceivedIn100Days: 0 },
  upheldFlagsIn100Days: 0,
};
const forOne: TrustFigures = { ...few, topicsRead: 5, postsRead: 30, secondsRead: 600 };
const forThree: TrustFigures = {
  ...{ topicsRead: 20, postsRead: 100, secondsRead: 3_600, daysVisited: 50, topicsAnswered: 10, votesGiven: 1 },
  ...{ votesReceived: 20, daysVisitedIn100Days: 50, topicsAnsweredIn100Days: 10, votesReceivedIn100Days: 20 },
  upheldFlagsIn100Days: 0,
};
const assess = (figures: TrustFigures, when = at): MemberCommand => ({
  type: 'AssessTrust',
  data: { memberId, figures, at: when },
});
const levelled = (from: TrustLevel, to: TrustLevel, because: TrustFigures | null, when = at): MemberEvent => ({
  type: 'TrustLevelChanged',
  data: { memberId, because, at: when, from, to },
});
const atRisk = (when: string, fallsAt: string): MemberEvent => ({
  type: 'TrustLevelAtRisk',
  data: { memberId, because: few, at: when, level: 3, fallsAt },
});
const kept: MemberEvent = { type: 'TrustLevelKept', data: { memberId, because: forThree, at: day(1), level: 3 } };
const give = (level: TrustLevel, byMemberId?: string): MemberCommand => ({
  type: 'GiveTrustLevel',
  data: { memberId, level, byMemberId, at },
});
const locked = (level: TrustLevel): MemberEvent => ({ type: 'TrustLevelLocked', data: { memberId, level, at } });
const unlock: MemberCommand = { type: 'UnlockTrustLevel', data: { memberId, at } };
const unlocked = (level: TrustLevel): MemberEvent => ({ type: 'TrustLevelUnlocked', data: { memberId, level, at } });

const silence = (until: string, byMemberId?: string): MemberCommand => ({
  type: 'SilenceMember',
  data: { memberId, until, byMemberId, reason: 'Insults.', at },
});
const silenced = (until: string): MemberEvent => ({
  type: 'MemberSilenced',
  data: { memberId, until, reason: 'Insults.', at },
});
const suspend = (until: string | null, byMemberId?: string): MemberCommand => ({
  type: 'SuspendMember',
  data: { memberId, until, byMemberId, at },
});
const suspended = (until: string | null): MemberEvent => ({ type: 'MemberSuspended', data: { memberId, until, at } });
const release = (when = at, byMemberId?: string): MemberCommand => ({
  type: 'ReleaseMember',
  data: { memberId, byMemberId, at: when },
});
const released = (when = at): MemberEvent => ({ type: 'MemberReleased', data: { memberId, at: when } });

it('seals the handle, and what moderators write about a member', () =>
  expect(Object.entries(memberDecider.personal!)).toEqual([
    ['MemberJoined', { person: 'memberId', texts: ['handle'] }],
    ['HandleChanged', { person: 'memberId', texts: ['handle'] }],
    ['MemberSilenced', { person: 'memberId', texts: ['reason'] }],
    ['MemberSuspended', { person: 'memberId', texts: ['reason'] }],
  ]));

it('joins once, with a handle', () => {
  given().when(join).then(joined);
  given(joined).when(join).thenNothing();
  given(joined)
    .when({ type: 'JoinForum', data: { memberId, handle: 'Ann', handleId: 'h-ann', locale: 'pl', at } })
    .thenRefused('already-joined');
});

it('changes the handle a month after the last one, and its spelling at any time', () => {
  given(joined)
    .when(rename('Anna', 'h-anna', day(1)))
    .thenNothing();
  given(joined)
    .when(rename('ANNA', 'h-anna', day(1)))
    .then({
      type: 'HandleChanged',
      data: { memberId, handle: 'ANNA', handleId: 'h-anna', fromHandleId: 'h-anna', at: day(1) },
    });
  given(joined)
    .when(rename('Ewa', 'h-ewa', day(29)))
    .thenRefused('handle-changed-lately');
  const changed: MemberEvent = {
    type: 'HandleChanged',
    data: { memberId, handle: 'Ewa', handleId: 'h-ewa', fromHandleId: 'h-anna', at: day(30) },
  };
  given(joined)
    .when(rename('Ewa', 'h-ewa', day(30)))
    .then(changed);
  given(joined, changed)
    .when(rename('Ola', 'h-ola', day(59)))
    .thenRefused('handle-changed-lately');
});
it.each([
  ['silenced', silenced(day(60))],
  ['suspended', suspended(null)],
] as const)('who is %s keeps their handle until it is over', (code, event) => {
  given(joined, event)
    .when(rename('Ewa', 'h-ewa', day(40)))
    .thenRefused(code);
  given(joined, event, released(day(31)))
    .when(rename('Ewa', 'h-ewa', day(40)))
    .then({
      type: 'HandleChanged',
      data: { memberId, handle: 'Ewa', handleId: 'h-ewa', fromHandleId: 'h-anna', at: day(40) },
    });
});

describe('trust', () => {
  it('rises as far as the figures reach, and says which they were', () => {
    given(joined).when(assess(few)).thenNothing();
    given(joined)
      .when(assess(forOne))
      .then(levelled(0, 1, forOne));
    given(joined)
      .when(assess(forThree))
      .then(levelled(0, 3, forThree));
    given(joined, levelled(0, 1, forOne))
      .when(assess(forOne))
      .thenNothing();
  });
  it('does not fall below level 3', () => {
    given(joined, levelled(0, 1, forOne))
      .when(assess(few, day(400)))
      .thenNothing();
    given(joined, levelled(0, 2, forOne))
      .when(assess(few, day(400)))
      .thenNothing();
  });
  it('falls from 3 to 2 a fortnight after a notice, unless the figures rise again', () => {
    const trusted = [joined, levelled(0, 3, forThree)];
    const notice = atRisk(day(0), day(noticeDays));
    given(...trusted)
      .when(assess(few))
      .then(notice);
    given(...trusted, notice)
      .when(assess(few, day(13.9)))
      .thenNothing();
    given(...trusted, notice)
      .when(assess(few, day(14)))
      .then(levelled(3, 2, few, day(14)));
    given(...trusted, notice)
      .when(assess(forThree, day(1)))
      .then(kept);
    given(...trusted, notice, kept)
      .when(assess(forThree, day(20)))
      .thenNothing();
    given(...trusted, notice, kept)
      .when(assess(few, day(20)))
      .then(atRisk(day(20), day(34)));
    given(...trusted, notice, levelled(3, 2, few, day(14)))
      .when(assess(few, day(15)))
      .thenNothing();
    given(...trusted)
      .when(assess(forThree))
      .thenNothing();
  });
  it('is given by a moderator, and then changed by no figure until it is unlocked', () => {
    given(joined)
      .when(give(4))
      .then(levelled(0, 4, null), locked(4));
    given(joined).when(give(0)).then(locked(0));
    given(joined, locked(0)).when(give(0)).thenNothing();
    given(joined, locked(0)).when(assess(forThree)).thenNothing();
    given(joined, locked(0), unlocked(0))
      .when(assess(forOne))
      .then(levelled(0, 1, forOne));
    given(joined, levelled(0, 4, null), locked(4))
      .when(give(2))
      .then(levelled(4, 2, null), locked(2));
    given(joined, locked(0)).when(unlock).then(unlocked(0));
    given(joined).when(unlock).thenNothing();
    given(joined, levelled(0, 4, null), locked(4), unlocked(4))
      .when(assess(few, day(400)))
      .thenNothing();
  });
  it('is not about to fall any more once it is locked', () => {
    const trusted = [joined, levelled(0, 3, forThree), atRisk(day(0), day(14)), locked(3), unlocked(3)];
    given(...trusted)
      .when(assess(few, day(14)))
      .then(atRisk(day(14), day(28)));
  });
});

describe('silence and suspension', () => {
  it('last until then, or until a release', () => {
    given(joined)
      .when(silence(day(7)))
      .then(silenced(day(7)));
    given(joined, silenced(day(7)))
      .when(silence(day(7)))
      .thenNothing();
    given(joined, silenced(day(7)))
      .when(silence(day(3)))
      .then(silenced(day(3)));
    given(joined).when(suspend(null)).then(suspended(null));
    given(joined, suspended(null)).when(suspend(null)).thenNothing();
    given(joined, suspended(null))
      .when(suspend(day(9)))
      .then(suspended(day(9)));
    given(joined, silenced(day(7)), suspended(null))
      .when(release())
      .then(released());
    given(joined, suspended(null), released()).when(release()).thenNothing();
    given(joined, silenced(day(7)))
      .when(release(day(7)))
      .thenNothing();
    given(joined).when(release()).thenNothing();
  });
  it('end by themselves', () => {
    const state = given(joined, silenced(day(7)), suspended(day(3))).state();
    expect([day(2), day(3), day(7)].map((when) => standingOf(state, when))).toEqual(['suspended', 'silenced', 'free']);
    expect(standingOf(given(joined, suspended(null)).state(), day(36_500))).toBe('suspended');
    expect(() => mustBeFree(state, day(4))).toThrow(
      expect.objectContaining({ code: 'silenced', details: { until: day(7) } }),
    );
    expect(() => mustBeFree(given(joined, suspended(null)).state(), at)).toThrow(
      expect.objectContaining({ code: 'suspended', details: {} }),
    );
    expect(() => mustBeFree(state, day(7))).not.toThrow();
  });
});

const states: [string, MemberEvent[]][] = [
  ['a newcomer', [joined]],
  ['a trusted member', [joined, levelled(0, 3, forThree)]],
  ['a member whose level is locked', [joined, levelled(0, 4, null), locked(4)]],
  ['a silenced member', [joined, silenced(day(7))]],
  ['a suspended member', [joined, suspended(null)]],
  ['a released member', [joined, suspended(null), released()]],
];
describe.each(states)('on %s', (_, events) => {
  it.each<[string, MemberCommand]>([
    ['until-in-the-past', silence(at)],
    ['until-in-the-past', suspend(day(-1))],
    ['silence-too-long', silence(day(365.1))],
    ['own-membership', silence(day(1), memberId)],
    ['own-membership', suspend(null, memberId)],
    ['own-membership', release(at, memberId)],
    ['own-membership', give(4, memberId)],
    ['own-membership', { type: 'UnlockTrustLevel', data: { memberId, byMemberId: memberId, at } }],
  ])('is refused: %s', (code, command) =>
    given(...events)
      .when(command)
      .thenRefused(code),
  );
});
it.each<[string, MemberCommand]>([
  ['a handle', rename('Ewa', 'h-ewa', at)],
  ['an assessment', assess(forOne)],
  ['a level', give(4)],
  ['an unlocking', unlock],
  ['silence', silence(day(1))],
  ['a suspension', suspend(null)],
  ['a release', release()],
])('nobody gets %s who has not joined', (_, command) => given().when(command).thenRefused('unknown-member'));

describe('being erased', () => {
  const erase = (handle = named.handle): MemberCommand => ({
    type: 'EraseMember',
    data: { memberId, handle, at: day(1) },
  });
  const erased = (suspendedUntil: string | null = null): MemberEvent => ({
    type: 'MemberErased',
    data: { memberId, handleId: named.handleId, suspendedUntil, at: day(1) },
  });

  it('is for members, who name their handle', () => {
    given(joined).when(erase()).then(erased());
    given(joined).when(erase('Ann')).thenRefused('handle-differs');
    given().when(erase()).thenRefused('unknown-member');
  });

  it('keeps how long a suspension lasts, and nothing of a silence or of one that is over', () => {
    given(joined, suspended(day(2)))
      .when(erase())
      .then(erased(day(2)));
    given(joined, suspended(null)).when(erase()).then(erased('9999-12-31T23:59:59.999Z'));
    given(joined, suspended(day(0.5)))
      .when(erase())
      .then(erased());
    given(joined, silenced(day(2)))
      .when(erase())
      .then(erased());
  });

  it('happens once, and leaves nobody', () => {
    const gone = given(joined, locked(4), erased());
    gone.when(erase()).thenNothing();
    gone.when(join).thenRefused('being-erased');
    for (const command of [rename('Other', 'h-other', day(60)), give(1), unlock, assess(forOne)])
      gone.when(command).thenRefused('unknown-member');
    expect(gone.state()).toMatchObject({ isThere: false, isErased: true, handle: '', level: 0 });
  });
});
