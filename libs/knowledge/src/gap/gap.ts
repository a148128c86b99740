/** The Gap: a ticket whose subject no article answered when it came. Pure: no Nest, no database, no clock. */
import type { Decider, DomainCommand, DomainEvent } from '@guichet/event-sourcing';

interface Unanswered {
  readonly ticketId: string;
  readonly locale: string;
  /** Of the subject, in alphabetical order; the text is not kept. */
  readonly stems: readonly string[];
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type GapEvent = DomainEvent<'SubjectUnanswered', Unanswered>;
export type GapCommand = DomainCommand<'NoteUnanswered', Unanswered>;

interface Gap {
  readonly isNoted: boolean;
}

const evolve = (_gap: Gap, { type }: GapEvent): Gap => {
  switch (type) {
    case 'SubjectUnanswered':
      return { isNoted: true };
  }
};

/** No events means "already so": a repeated command is harmless. */
const decide = ({ data }: GapCommand, { isNoted }: Gap): readonly GapEvent[] =>
  isNoted || data.stems.length === 0 ? [] : [{ type: 'SubjectUnanswered', data }];

export const gapDecider: Decider<Gap, GapCommand, GapEvent> = {
  category: 'gap',
  initial: { isNoted: false },
  evolve,
  decide,
};
