/** The shape of a decision: events, state, decide. Pure: no Nest, no database, no clock. */

import type { StoredUpcasters } from './event-versions.js';
import type { PersonalTexts } from './sealing/sealed-data.js';

/** A fact in past tense. `data.at` is when it happened (RFC 3339, UTC, milliseconds); imports keep the past. */
export interface DomainEvent<
  Type extends string = string,
  Data extends { readonly at: string } = { readonly at: string },
> {
  readonly type: Type;
  readonly data: Data;
}

/** An intention. Ids and time arrive inside, so that deciding stays pure. */
export interface DomainCommand<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/**
 * `decide` answers the events a command leads to: none means "already so", a refusal throws DomainError.
 * `evolve` folds one event into the state that `decide` reads; it has no default branch, so a new event
 * does not compile until it has been decided on here.
 */
export interface Decider<State, Command extends DomainCommand, Event extends DomainEvent> {
  /** Prefix of the stream id: `<category>-<id>`. */
  readonly category: string;
  readonly initial: State;
  /**
   * How events of older forms are read, by type. Whoever changes the form of an event's data adds an upcaster from the
   * version before: the log keeps the old form, and everybody reads today's. Without it all events have version 1.
   */
  readonly upcasters?: Readonly<Partial<Record<Event['type'], StoredUpcasters>>>;
  /**
   * Which texts of its events are about a person, by type. They are sealed in the log under a key of that person; once
   * the person is forgotten, they read as empty texts.
   */
  readonly personal?: Readonly<Partial<Record<Event['type'], PersonalTexts>>>;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): readonly Event[];
}

/**
 * Why the domain refused: what is `forbidden` to who asks answers 403, `unknown` things 404, `invalid` input 422,
 * everything else 409.
 */
export type RefusalKind = 'refused' | 'forbidden' | 'unknown' | 'invalid';

/** The domain's refusal. `code` is kebab-case and stable; `details` are shown to the caller. */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly kind: RefusalKind = 'refused',
  ) {
    super(message);
    this.name = 'DomainError';
  }
}
