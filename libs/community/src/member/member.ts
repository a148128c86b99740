/** The Member: somebody who may write here, and how far they are trusted. Pure: no Nest, no database, no clock. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';
import { reachedFrom, reaches, type TrustFigures, type TrustLevel } from './trust.js';

interface OfMember {
  readonly memberId: string;
  readonly at: string;
}
interface Named {
  /** Personal data of the member: the only name they have in public. */
  readonly handle: string;
  /** See `handleIdOf`: the claim under which no other member has it. */
  readonly handleId: string;
}
interface Because {
  /** The figures that led to it; null: a moderator decided. */
  readonly because: TrustFigures | null;
}
interface Restriction {
  /** The review that led to it. */
  readonly reviewId?: string;
  /** Personal data of the member: a moderator wrote it about them, and it may say anything. */
  readonly reason?: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type MemberEvent =
  | DomainEvent<'MemberJoined', OfMember & Named & { readonly locale: string }>
  | DomainEvent<'HandleChanged', OfMember & Named & { readonly fromHandleId: string }>
  | DomainEvent<'TrustLevelChanged', OfMember & Because & { readonly from: TrustLevel; readonly to: TrustLevel }>
  | DomainEvent<
      'TrustLevelAtRisk',
      OfMember &
        Because & {
          readonly level: TrustLevel;
          /** When they fall, unless the figures rise. */ readonly fallsAt: string;
        }
    >
  | DomainEvent<'TrustLevelKept', OfMember & Because & { readonly level: TrustLevel }>
  | DomainEvent<'TrustLevelLocked', OfMember & { readonly level: TrustLevel }>
  | DomainEvent<'TrustLevelUnlocked', OfMember & { readonly level: TrustLevel }>
  | DomainEvent<'MemberSilenced', OfMember & Restriction & { readonly until: string }>
  | DomainEvent<
      'MemberSuspended',
      OfMember & Restriction & { /** null: until they are released. */ readonly until: string | null }
    >
  | DomainEvent<'MemberReleased', OfMember>
  /** Nobody knows any more who they were. What they wrote cannot be read; what was counted still counts. */
  | DomainEvent<
      'MemberErased',
      OfMember & {
        /** The claim on their handle. */
        readonly handleId: string;
        /** Until when they may not come back; null: they may. */
        readonly suspendedUntil: string | null;
      }
    >;

export type MemberCommand =
  | DomainCommand<'JoinForum', OfMember & Named & { readonly locale: string }>
  | DomainCommand<'ChangeHandle', OfMember & Named>
  | DomainCommand<'AssessTrust', OfMember & { readonly figures: TrustFigures }>
  /** A moderator gives a level; it is no longer changed by figures. */
  | DomainCommand<'GiveTrustLevel', OfMember & ByModerator & { readonly level: TrustLevel }>
  | DomainCommand<'UnlockTrustLevel', OfMember & ByModerator>
  | DomainCommand<'SilenceMember', OfMember & ByModerator & Restriction & { readonly until: string }>
  | DomainCommand<'SuspendMember', OfMember & ByModerator & Restriction & { readonly until: string | null }>
  | DomainCommand<'ReleaseMember', OfMember & ByModerator>
  /** `handle`: their own, so that nobody does it by mistake. */
  | DomainCommand<'EraseMember', OfMember & { readonly handle: string }>;

interface ByModerator {
  /** The moderator's own membership; undefined where they have none. */
  readonly byMemberId?: string | undefined;
}

export interface Member {
  /** They have joined, and were not erased. */
  readonly isThere: boolean;
  readonly isErased: boolean;
  readonly handle: string;
  readonly handleId: string;
  /** When they named themselves last. */
  readonly namedAt: string;
  readonly level: TrustLevel;
  readonly isLocked: boolean;
  /** null: the level is not about to fall. */
  readonly fallsAt: string | null;
  /** They read, and write nothing, until then; null: they may. */
  readonly silencedUntil: string | null;
  /** They may nothing, until then or until they are released (`forever`); null: they may. */
  readonly suspendedUntil: string | null;
}
const initial: Member = {
  ...{ isThere: false, isErased: false, handle: '', handleId: '', namedAt: '', level: 0, isLocked: false },
  ...{ fallsAt: null, silencedUntil: null, suspendedUntil: null },
};

/** Compares greater than every time. */
const forever = '9999-12-31T23:59:59.999Z';
const dayMs = 86_400_000;
/** A handle is changed no sooner than so many days after the last one. */
export const handleDays = 30;
/** So long before it a member is told that their level falls. */
export const noticeDays = 14;
/** Silence lasts so long at most; what is to last longer is a suspension. */
export const maxSilenceDays = 365;

const evolve = (member: Member, { type, data }: MemberEvent): Member => {
  switch (type) {
    case 'MemberJoined':
      return { ...member, isThere: true, handle: data.handle, handleId: data.handleId, namedAt: data.at };
    case 'HandleChanged':
      return { ...member, handle: data.handle, handleId: data.handleId, namedAt: data.at };
    case 'TrustLevelChanged':
      return { ...member, level: data.to, fallsAt: null };
    case 'TrustLevelAtRisk':
      return { ...member, fallsAt: data.fallsAt };
    case 'TrustLevelKept':
      return { ...member, fallsAt: null };
    case 'TrustLevelLocked':
      return { ...member, isLocked: true, fallsAt: null };
    case 'TrustLevelUnlocked':
      return { ...member, isLocked: false };
    case 'MemberSilenced':
      return { ...member, silencedUntil: data.until };
    case 'MemberSuspended':
      return { ...member, suspendedUntil: data.until ?? forever };
    case 'MemberReleased':
      return { ...member, silencedUntil: null, suspendedUntil: null };
    case 'MemberErased':
      return { ...initial, isErased: true };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: MemberCommand, member: Member): readonly MemberEvent[] => {
  if (type === 'EraseMember' && member.isErased) return [];
  if (type === 'JoinForum') {
    // Their identity goes a moment later than this: until then the person still has this id.
    if (member.isErased)
      throw new DomainError('being-erased', 'Your membership is being erased. Join again in a minute.');
    if (!member.isThere) return [{ type: 'MemberJoined', data }];
    if (member.handle === data.handle) return [];
    throw new DomainError('already-joined', 'You are a member already, with another handle. Change that one.');
  }
  mustBeThere(member);
  switch (type) {
    case 'ChangeHandle':
      return changeHandle(data, member);
    case 'AssessTrust':
      return assess(data, member);
    case 'GiveTrustLevel':
      mustBeAnother(data);
      return give(data, member);
    case 'UnlockTrustLevel':
      mustBeAnother(data);
      if (!member.isLocked) return [];
      return [{ type: 'TrustLevelUnlocked', data: { memberId: data.memberId, level: member.level, at: data.at } }];
    case 'SilenceMember': {
      const { byMemberId: _, ...silenced } = data;
      mustBeAnother(data);
      mustBeAhead(data.until, data.at);
      if (Date.parse(data.until) > Date.parse(data.at) + maxSilenceDays * dayMs)
        throw new DomainError(
          'silence-too-long',
          `Silence lasts ${maxSilenceDays} days at most. Suspend the member instead.`,
          { max: maxSilenceDays },
          'invalid',
        );
      return member.silencedUntil === data.until ? [] : [{ type: 'MemberSilenced', data: silenced }];
    }
    case 'SuspendMember': {
      const { byMemberId: _, ...suspended } = data;
      mustBeAnother(data);
      if (data.until !== null) mustBeAhead(data.until, data.at);
      if (member.suspendedUntil === (data.until ?? forever)) return [];
      return [{ type: 'MemberSuspended', data: suspended }];
    }
    case 'ReleaseMember':
      mustBeAnother(data);
      if (standingOf(member, data.at) === 'free') return [];
      return [{ type: 'MemberReleased', data: { memberId: data.memberId, at: data.at } }];
    case 'EraseMember':
      return erase(data, member);
  }
};

type DataOf<Type extends MemberCommand['type']> = Extract<MemberCommand, { type: Type }>['data'];

function changeHandle(data: DataOf<'ChangeHandle'>, member: Member): readonly MemberEvent[] {
  mustBeFree(member, data.at);
  if (member.handle === data.handle) return [];
  const next = Date.parse(member.namedAt) + handleDays * dayMs;
  // Another spelling of the same name makes nobody pass for somebody else.
  if (data.handleId !== member.handleId && Date.parse(data.at) < next) {
    const words = `A handle is changed ${handleDays} days after the last one at the earliest.`;
    throw new DomainError('handle-changed-lately', words, { notBefore: new Date(next).toISOString() });
  }
  return [{ type: 'HandleChanged', data: { ...data, fromHandleId: member.handleId } }];
}

function erase({ memberId, handle, at }: DataOf<'EraseMember'>, member: Member): readonly MemberEvent[] {
  if (handle !== member.handle) {
    const words = 'This is not your handle. Send the handle that you have: what is erased cannot be brought back.';
    throw new DomainError('handle-differs', words);
  }
  const suspendedUntil = standingOf(member, at) === 'suspended' ? member.suspendedUntil : null;
  return [{ type: 'MemberErased', data: { memberId, handleId: member.handleId, suspendedUntil, at } }];
}

/** Levels rise as far as the figures reach. Only level 3 falls, and only after a notice. */
function assess({ memberId, figures, at }: DataOf<'AssessTrust'>, member: Member): readonly MemberEvent[] {
  const { level, isLocked, fallsAt } = member;
  if (isLocked) return [];
  const told = { memberId, because: figures, at };
  const reached = reachedFrom(level, figures);
  if (reached > level) return [{ type: 'TrustLevelChanged', data: { ...told, from: level, to: reached } }];
  if (level !== 3) return [];
  if (reaches(3, figures)) return fallsAt === null ? [] : [{ type: 'TrustLevelKept', data: { ...told, level } }];
  if (fallsAt === null) {
    const falls = new Date(Date.parse(at) + noticeDays * dayMs).toISOString();
    return [{ type: 'TrustLevelAtRisk', data: { ...told, level, fallsAt: falls } }];
  }
  if (Date.parse(at) < Date.parse(fallsAt)) return [];
  return [{ type: 'TrustLevelChanged', data: { ...told, from: 3, to: 2 } }];
}

function give({ memberId, level, at }: DataOf<'GiveTrustLevel'>, member: Member): readonly MemberEvent[] {
  const changed: readonly MemberEvent[] =
    level === member.level
      ? []
      : [{ type: 'TrustLevelChanged', data: { memberId, from: member.level, to: level, because: null, at } }];
  return changed.length === 0 && member.isLocked
    ? []
    : [...changed, { type: 'TrustLevelLocked', data: { memberId, level, at } }];
}

/** Whether they may write, only read, or neither. */
export function standingOf(
  { silencedUntil, suspendedUntil }: Pick<Member, 'silencedUntil' | 'suspendedUntil'>,
  at: string,
): 'free' | 'silenced' | 'suspended' {
  const lasts = (until: string | null) => until !== null && Date.parse(until) > Date.parse(at);
  if (lasts(suspendedUntil)) return 'suspended';
  return lasts(silencedUntil) ? 'silenced' : 'free';
}

/** @throws DomainError 409 `suspended`, `silenced`, with `until` where there is an end */
export function mustBeFree(member: Pick<Member, 'silencedUntil' | 'suspendedUntil'>, at: string): void {
  const standing = standingOf(member, at);
  if (standing === 'free') return;
  const until = standing === 'suspended' ? member.suspendedUntil : member.silencedUntil;
  const details = until === forever ? {} : { until };
  if (standing === 'suspended')
    throw new DomainError('suspended', 'Your membership is suspended: you may not write here now.', details);
  throw new DomainError('silenced', 'You may read, and not write, until the time that is named.', details);
}

/** @throws DomainError 404 `unknown-member` */
export function mustBeThere({ isThere }: Pick<Member, 'isThere'>): void {
  if (!isThere) throw unknownMember();
}

export const unknownMember = (): DomainError =>
  new DomainError('unknown-member', 'There is no such member.', {}, 'unknown');

function mustBeAnother({ memberId, byMemberId }: OfMember & ByModerator): void {
  if (memberId === byMemberId)
    throw new DomainError('own-membership', 'Nobody decides on their own membership. Ask another moderator.');
}

function mustBeAhead(until: string, at: string): void {
  if (Date.parse(until) <= Date.parse(at))
    throw new DomainError('until-in-the-past', '`until` must lie ahead.', {}, 'invalid');
}

export const memberDecider: Decider<Member, MemberCommand, MemberEvent> = {
  category: 'member',
  initial,
  personal: {
    MemberJoined: { person: 'memberId', texts: ['handle'] },
    HandleChanged: { person: 'memberId', texts: ['handle'] },
    MemberSilenced: { person: 'memberId', texts: ['reason'] },
    MemberSuspended: { person: 'memberId', texts: ['reason'] },
  },
  evolve,
  decide,
};
