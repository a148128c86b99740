/** The refusal of who has just written something; answered with 429. Pure. */
import { DomainError } from '@guichet/event-sourcing';

/** A refusal of the domain, so that a repeated request is answered as the first time. */
export class TooSoon extends DomainError {
  constructor(readonly seconds: number) {
    super('too-soon', `You have just written something. Wait ${seconds} seconds.`, { seconds });
  }
}
