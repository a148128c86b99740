/** The Forum: what holds for all categories of a tenant. Pure. */
import type { Decider, DomainCommand, DomainEvent } from '@guichet/event-sourcing';

/** Accepted answers of a question at most. */
export const mostAccepted = 3;

export interface ForumRules {
  /** Accepted answers of a question. With one, a new answer takes the place of the one before. */
  readonly maxAccepted: number;
}
type At = { readonly at: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type ForumEvent = DomainEvent<'ForumRulesSet', ForumRules & At>;
export type ForumCommand = DomainCommand<'SetForumRules', ForumRules & At>;

export const initialRules: ForumRules = { maxAccepted: 1 };

const evolve = (_rules: ForumRules, { data: { maxAccepted } }: ForumEvent): ForumRules => ({ maxAccepted });

/** No events means "already so": a repeated command is harmless. */
const decide = ({ data }: ForumCommand, { maxAccepted }: ForumRules): readonly ForumEvent[] =>
  data.maxAccepted === maxAccepted ? [] : [{ type: 'ForumRulesSet', data }];

export const forumDecider: Decider<ForumRules, ForumCommand, ForumEvent> = {
  category: 'forum',
  initial: initialRules,
  evolve,
  decide,
};
