/**
 * The claim of a handle: whose it is. A stream of its own for each handle of a tenant, so that two members never hold one,
 * even where they ask at the same moment. Pure.
 */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';

interface Claiming {
  readonly memberId: string;
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type ClaimEvent = DomainEvent<'HandleTaken', Claiming> | DomainEvent<'HandleGivenUp', Claiming>;
export type ClaimCommand = DomainCommand<'TakeHandle', Claiming> | DomainCommand<'GiveUpHandle', Claiming>;

interface Claim {
  /** Who has it, or had it last; null: nobody ever. */
  readonly memberId: string | null;
  /** When it was given up; null: it is held. */
  readonly givenUpAt: string | null;
}

/** So long a handle is kept for who gave it up: nobody shall pass for somebody whom people remember. */
export const keptForDays = 90;
const keptForMs = keptForDays * 86_400_000;

const evolve = (_claim: Claim, { type, data }: ClaimEvent): Claim => {
  switch (type) {
    case 'HandleTaken':
      return { memberId: data.memberId, givenUpAt: null };
    case 'HandleGivenUp':
      return { memberId: data.memberId, givenUpAt: data.at };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: ClaimCommand, { memberId, givenUpAt }: Claim): readonly ClaimEvent[] => {
  const isTheirs = memberId === data.memberId;
  switch (type) {
    case 'TakeHandle': {
      if (isTheirs && givenUpAt === null) return [];
      const isFree =
        memberId === null || (givenUpAt !== null && Date.parse(data.at) >= Date.parse(givenUpAt) + keptForMs);
      if (!isTheirs && !isFree)
        throw new DomainError('handle-taken', 'Another member has this handle, or one that looks the same.');
      return [{ type: 'HandleTaken', data }];
    }
    case 'GiveUpHandle':
      return isTheirs && givenUpAt === null ? [{ type: 'HandleGivenUp', data }] : [];
  }
};

export const claimDecider: Decider<Claim, ClaimCommand, ClaimEvent> = {
  category: 'handle',
  initial: { memberId: null, givenUpAt: null },
  evolve,
  decide,
};
