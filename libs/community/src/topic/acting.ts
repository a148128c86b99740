/** Who acts on a topic, as they were found. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import type { TrustLevel } from '../member/trust.js';

export interface Acting {
  /** null: a moderator who has not joined. */
  readonly memberId: string | null;
  readonly level: TrustLevel;
  /** Of the topic's category. */
  readonly isModerator: boolean;
}

/** @throws DomainError 403 `not-allowed` */
export function mustBe(isAllowed: boolean, who: string): void {
  if (!isAllowed) throw notAllowed(who);
}

export const notAllowed = (who: string): DomainError =>
  new DomainError('not-allowed', `Only ${who} may do so.`, {}, 'forbidden');
