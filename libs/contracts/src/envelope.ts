/** What every public event carries, whatever its type. */
import { Type } from 'typebox';
import { Instant, Key, notPersonal, Uuid } from './schema.js';

export const actorKinds = ['requester', 'agent', 'bot', 'system', 'import'] as const;

/** Who did it. `requester` and `agent` are people; `bot`, `system` and `import` are not. */
export interface PublicActor {
  readonly kind: (typeof actorKinds)[number];
  readonly id?: string;
}

/** A public event with its envelope. Times are RFC 3339 in UTC. */
export interface PublicEvent<Type extends string = string, Data = unknown> {
  readonly id: string;
  /** The name of the service that tells it. */
  readonly source: string;
  readonly type: Type;
  readonly schemaVersion: number;
  readonly tenantId: string;
  /** The publisher's stream; also the Kafka key. */
  readonly streamId: string;
  /** Position of the event within its stream, from 1. */
  readonly version: number;
  /** Position in the publisher's log. */
  readonly position: number;
  /** When it happened. */
  readonly occurredAt: string;
  /** When the publisher learned it. */
  readonly recordedAt: string;
  readonly actor: PublicActor;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly traceparent?: string;
  /** Brought in from another system's log. */
  readonly imported?: boolean;
  readonly data: Data;
}

/** The envelope as a schema; `data` is checked by the contract of its type and version. */
export const envelopeOf = (sources: readonly string[]) =>
  Type.Object(
    {
      id: Uuid(),
      source: Type.Union(sources.map((source) => Type.Literal(source))),
      type: Type.String({ ...notPersonal('The name of a type.'), pattern: '^[A-Z][A-Za-z]*$', maxLength: 100 }),
      schemaVersion: Type.Integer({ minimum: 1 }),
      tenantId: Uuid(),
      streamId: Type.String({
        pattern: '^[a-z][a-z-]*-.+$',
        maxLength: 300,
        description: "The publisher's stream; of an agent it holds the agent's id.",
        'x-personal-data': true,
      }),
      version: Type.Integer({ minimum: 1, description: 'Position of the event within its stream, from 1.' }),
      position: Type.Integer({ minimum: 1, description: "Position in the publisher's log." }),
      occurredAt: Instant({ description: 'When it happened.' }),
      recordedAt: Instant({ description: 'When the publisher learned it.' }),
      actor: Type.Object({
        kind: Type.Union(actorKinds.map((kind) => Type.Literal(kind))),
        id: Type.Optional(Key({ 'x-personal-data': true })),
      }),
      correlationId: Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Chosen by the caller, who may write anything.',
        'x-personal-data': true,
      }),
      causationId: Type.Optional(
        Type.String({ ...notPersonal('The id of an event or a command.'), minLength: 1, maxLength: 200 }),
      ),
      traceparent: Type.Optional(Type.String({ ...notPersonal('Ids of a trace.'), maxLength: 200 })),
      imported: Type.Optional(Type.Boolean({ description: "Brought in from another system's log." })),
      data: Type.Object({}, { description: "The type's own schema." }),
    },
    { description: 'What every public event carries.' },
  );
