import type { DomainEvent } from '../decider.js';
import type { StoredData, Versioned } from '../event-versions.js';
import type { RecordedEvent } from '../recorded-event.js';
import { type Person, type PersonKeys, placeOf } from './person-keys.store.js';
import { isSealed, type PersonalTexts, seal, unseal } from './sealed-data.js';

/**
 * Seals the personal texts of events before they are appended, and opens them for whoever reads the log. A text whose
 * person was forgotten is empty from then on: in what is read, and in what is rebuilt.
 */
export class Sealing {
  private readonly rules = new Map<string, PersonalTexts>();

  /** @throws Error if two deciders say what is personal of a type */
  constructor(
    private readonly keys: PersonKeys,
    deciders: readonly Versioned[],
  ) {
    for (const { personal = {} } of deciders) {
      for (const [type, rule] of Object.entries(personal)) {
        if (!rule) continue;
        if (this.rules.has(type)) throw new Error(`Two deciders say what is personal of ${type}.`);
        this.rules.set(type, rule);
      }
    }
  }

  /** Whether something of the events has to be sealed. */
  concerns(events: readonly DomainEvent[]): boolean {
    return this.rules.size > 0 && events.some(({ type }) => this.rules.has(type));
  }

  /** The events as they are to be stored. */
  async seal(tenantId: string, events: readonly DomainEvent[]): Promise<readonly DomainEvent[]> {
    const people = events.map((event) => this.personOf(tenantId, event));
    const keys = await this.keys.findOrMake(people.filter((person) => person !== undefined));
    return events.map((event, i) => {
      const [rule, person] = [this.rules.get(event.type), people[i]];
      if (!rule || !person) return event;
      const data = seal(event.data, rule.texts, keys.get(placeOf(person)));
      return { type: event.type, data: data as unknown as DomainEvent['data'] };
    });
  }

  /** The events as they were before they were sealed. Those that have nothing sealed are left as they are. */
  async open(events: RecordedEvent[]): Promise<RecordedEvent[]> {
    if (this.rules.size === 0 || !events.some(({ data }) => isSealed(data))) return events;
    const people = events.map((event) => (isSealed(event.data) ? this.mustHavePerson(event) : undefined));
    const keys = await this.keys.find(people.filter((person) => person !== undefined));
    return events.map((event, i) => {
      const person = people[i];
      return person ? { ...event, data: unseal(event.data as StoredData, keys.get(placeOf(person))) } : event;
    });
  }

  private mustHavePerson(event: RecordedEvent): Person {
    const person = this.personOf(event.tenantId, event);
    if (!person) throw new Error(`${event.type} at ${event.position} is sealed, and nothing says for whom.`);
    return person;
  }

  private personOf(tenantId: string, { type, data }: { readonly type: string; readonly data: unknown }) {
    const rule = this.rules.get(type);
    if (!rule) return undefined;
    const personId = (data as StoredData)[rule.person];
    if (typeof personId !== 'string') throw new Error(`${type} does not say in ${rule.person} whose texts it holds.`);
    return { tenantId, personId } satisfies Person;
  }
}
