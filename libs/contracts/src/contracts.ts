/** What a set of publishers promise: their events, versions and topics. The product's is `contracts`. */
import type { TSchema } from 'typebox';
import { type PublicEvent, envelopeOf } from './envelope.js';
import { personalDataIn } from './personal-data.js';
import { check, type Violation } from './schema-check.js';
import { defaultInstallation, type ServiceEntry } from './services.js';
import { type Upcasters, upcastTo } from './upcasting.js';

/** What is promised about one type of public event. */
export interface EventContract {
  readonly source: string;
  readonly type: string;
  /** The version written today. A compatible change keeps it, any other raises it and brings an upcaster. */
  readonly schemaVersion: number;
  /** JSON Schema of `data` in that version. */
  readonly schema: TSchema;
  /** `upcasters[n]` turns data of version n into version n + 1; there is one for every version below today's. */
  readonly upcasters: Upcasters;
  /** JSON pointers into `data`, `*` for any element of a list. */
  readonly personalData: readonly string[];
}

/** Where a type stands that has been changed since; any other has version 1 and no upcasters. */
export type Evolved = Readonly<Partial<Record<string, Pick<EventContract, 'schemaVersion' | 'upcasters'>>>>;

/** A service that tells, and the schema of each type of its events. */
export interface Publisher {
  readonly entry: Pick<ServiceEntry, 'name'> & { readonly tells: string };
  readonly events: Readonly<Record<string, TSchema>>;
  readonly evolved?: Evolved;
}

export class Contracts {
  readonly events: readonly EventContract[];
  private readonly byType: ReadonlyMap<string, EventContract>;
  private readonly envelope: TSchema;

  constructor(private readonly publishers: readonly Publisher[]) {
    this.events = publishers.flatMap(({ entry, events, evolved = {} }) =>
      Object.entries(events).map(([type, schema]) => ({
        source: entry.name,
        type,
        schemaVersion: 1,
        upcasters: {},
        ...evolved[type],
        schema,
        personalData: personalDataIn(schema),
      })),
    );
    this.byType = new Map(this.events.map((contract) => [contract.type, contract]));
    this.envelope = envelopeOf(publishers.map(({ entry }) => entry.name));
  }

  /** These and one more. */
  with(publisher: Publisher): Contracts {
    return new Contracts([...this.publishers, publisher]);
  }

  /** The contract of a type (type names are unique over all publishers), or undefined where nobody publishes it. */
  of(type: string): EventContract | undefined {
    return this.byType.get(type);
  }

  /**
   * The Kafka topic of a publisher's events; its records are keyed by stream id. @throws Error for one that tells
   * nothing
   */
  topicOf(source: string, installation: string = defaultInstallation): string {
    const publisher = this.publishers.find(({ entry }) => entry.name === source);
    if (!publisher) throw new Error(`${source} tells nothing: the table of services has no \`tells\` for it.`);
    return `${installation}.${source}.${publisher.entry.tells}.v1`;
  }

  /** One partition, short retention: how far the publisher has come, so that readers can wait for their own writes. */
  progressTopicOf(source: string, installation: string = defaultInstallation): string {
    return `${installation}.${source}.progress.v1`;
  }

  /**
   * The event as if it had been written today. A type nobody here knows passes unchanged: an older reader survives it.
   * @throws UnsupportedSchemaVersion when its version is newer than this reader.
   */
  upcast(event: PublicEvent): PublicEvent {
    const contract = this.of(event.type);
    return contract ? upcastTo(contract, event) : event;
  }

  /**
   * What is wrong with `data` as the data of today's version of `type`, published by `source`; empty when nothing is.
   */
  violationsOfData(source: string, type: string, data: unknown): readonly Violation[] {
    const contract = this.of(type);
    if (contract?.source !== source) return [{ path: '', message: `${source} publishes no ${type}` }];
    return check(contract.schema, data);
  }

  /**
   * What is wrong with a public event, envelope and data, in today's version; upcast it first. Empty when nothing is.
   */
  violationsOf(event: unknown): readonly Violation[] {
    const violations = check(this.envelope, event);
    if (violations.length > 0) return violations;
    const { source, type, schemaVersion, data } = event as PublicEvent;
    const contract = this.of(type);
    if (contract?.source !== source) return [{ path: '/type', message: `${source} publishes no ${type}` }];
    if (contract.schemaVersion !== schemaVersion) {
      return [{ path: '/schemaVersion', message: `must be ${contract.schemaVersion}` }];
    }
    return check(contract.schema, data, '/data');
  }
}
