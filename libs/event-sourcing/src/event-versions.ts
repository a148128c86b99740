import { UnknownEventVersion } from './errors.js';
import type { RecordedEvent } from './recorded-event.js';
import type { PersonalTexts } from './sealing/sealed-data.js';

export type StoredData = Readonly<Record<string, unknown>>;

/**
 * `upcasters[n]` turns an event's data of version n into version n + 1; there is one for every version below today's.
 */
export type StoredUpcasters = Readonly<Record<number, (data: StoredData) => StoredData>>;

/** A decider, as far as what its stored events look like goes. */
export interface Versioned {
  readonly category: string;
  /** By type of event. A type that is not named has version 1. */
  readonly upcasters?: Readonly<Partial<Record<string, StoredUpcasters>>>;
  /** Texts about people, by type of event. */
  readonly personal?: Readonly<Partial<Record<string, PersonalTexts>>>;
}

/**
 * In which form the events of a service are written today, and how those of older forms are read. The log keeps each
 * event as it was written, with its version; whoever reads it gets today's form.
 */
export class EventVersions {
  private readonly upcasters = new Map<string, readonly ((data: StoredData) => StoredData)[]>();

  /**
   * @throws Error if the versions of a type have a hole, or two deciders know it.
   */
  constructor(deciders: readonly Versioned[] = []) {
    for (const { category, upcasters = {} } of deciders) {
      for (const [type, ofType = {}] of Object.entries(upcasters)) {
        if (this.upcasters.has(type)) throw new Error(`Two deciders know the versions of ${type}.`);
        this.upcasters.set(type, inOrder(`${category}: ${type}`, ofType));
      }
    }
  }

  /** The version events of the type are written with today. */
  current(type: string): number {
    return (this.upcasters.get(type)?.length ?? 0) + 1;
  }

  /**
   * The event in today's form.
   * @throws UnknownEventVersion if it was written by a newer release.
   */
  readonly upcast = (event: RecordedEvent): RecordedEvent => {
    const { type, schemaVersion } = event;
    const current = this.current(type);
    if (schemaVersion === current) return event;
    if (schemaVersion > current || schemaVersion < 1) throw new UnknownEventVersion(event, current);
    const steps = (this.upcasters.get(type) ?? []).slice(schemaVersion - 1);
    const data = steps.reduce((before, step) => step(before), event.data as StoredData);
    return { ...event, schemaVersion: current, data };
  };

  /** @throws Error if the decider has upcasters that are not among these: its events would be written as version 1. */
  mustKnow({ category, upcasters = {} }: Versioned): void {
    for (const [type, ofType = {}] of Object.entries(upcasters)) {
      if (this.current(type) === Object.keys(ofType).length + 1) continue;
      throw new Error(`The event store does not know the versions of ${type}: give it the decider of ${category}.`);
    }
  }
}

function inOrder(name: string, upcasters: StoredUpcasters): readonly ((data: StoredData) => StoredData)[] {
  const count = Object.keys(upcasters).length;
  return Array.from({ length: count }, (_, i) => {
    const step = upcasters[i + 1];
    if (!step) throw new Error(`${name} has no upcaster from version ${i + 1}.`);
    return step;
  });
}
