/** Who did it. `requester` and `agent` are people; `bot`, `system` and `import` are not. */
export interface Actor {
  readonly kind: 'requester' | 'agent' | 'bot' | 'system' | 'import';
  readonly id?: string;
}

/** What is known of the request that led to an event. */
export interface EventContext {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly traceparent?: string;
  /** Brought in from another system's log: policies leave such events alone. */
  readonly imported?: boolean;
}

/** An event as it stands in a log. Positions are dense and in commit order; versions count from 1 within a stream. */
export interface RecordedEvent<Data = unknown> {
  readonly position: number;
  readonly eventId: string;
  readonly tenantId: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Data;
  readonly metadata: Omit<EventContext, 'tenantId'> & { readonly requestHash?: string };
  /** When it happened: RFC 3339, UTC. */
  readonly occurredAt: string;
  /** When we learned it: RFC 3339, UTC. */
  readonly recordedAt: string;
}
