import { deepStrictEqual, fail } from 'node:assert/strict';
import { type Decider, type DomainCommand, type DomainEvent, DomainError } from '../decider.js';

/** given(...events).when(command).then(...events), for one decider. */
export function specification<State, Command extends DomainCommand, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
) {
  return (...history: readonly Event[]) => ({
    /** The state `decide` would see. */
    state: (): State => fold(decider, history),
    when: (command: Command) => new Outcome(() => decider.decide(command, fold(decider, history))),
  });
}

class Outcome<Event> {
  constructor(private readonly decide: () => readonly Event[]) {}

  then(...expected: readonly Event[]): void {
    deepStrictEqual(this.decide(), expected);
  }

  /** Already so: nothing happens, nothing is refused. */
  thenNothing(): void {
    deepStrictEqual(this.decide(), []);
  }

  /** The domain refuses with this code (see DomainError). */
  thenRefused(code: string): void {
    let events: readonly Event[];
    try {
      events = this.decide();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      deepStrictEqual(error.code, code);
      return;
    }
    fail(`Expected a refusal (${code}), got ${JSON.stringify(events)}.`);
  }
}

function fold<State, Command extends DomainCommand, Event extends DomainEvent>(
  decider: Decider<State, Command, Event>,
  history: readonly Event[],
): State {
  return history.reduce((state, event) => decider.evolve(state, event), decider.initial);
}
