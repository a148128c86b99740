import { LogReader, type RecordedEvent, TenantDatabase } from '@guichet/event-sourcing';

/** Where a page of a timeline ended: time, source, position in the source's log. */
export type TimelinePosition = readonly [occurredAt: string, source: string, sourcePosition: string];

export interface TimelineEvent {
  readonly source: 'intake' | 'routing';
  readonly event: RecordedEvent;
  /** Of an agent who is known. */
  readonly agentName?: string;
  readonly place: TimelinePosition;
}

/** An event's place; positions are bigints, as pg reads them. */
interface Place {
  readonly source: 'intake' | 'routing';
  readonly source_position: string;
  /** In the log of this service it is read from. */
  readonly position: string;
  /** To the microsecond. */
  readonly occurred_at: string;
  readonly agent_name: string | null;
}

/**
 * A ticket's history, read from the two logs themselves: what was written a moment ago is there. What happened at the
 * same time is in the order of sources (intake first: the request comes before the work), then of positions.
 */
export class Timelines {
  constructor(
    private readonly database: TenantDatabase,
    private readonly ownLog: LogReader,
    private readonly receivedLog: LogReader,
  ) {}

  /** Oldest first; empty for a ticket that is unknown or another tenant's. */
  async page(tenantId: string, ticketId: string, limit: number, after?: TimelinePosition): Promise<TimelineEvent[]> {
    const places = await this.places(tenantId, ticketId, limit, after);
    const [own, received] = await Promise.all([
      this.eventsAt(this.ownLog, places, 'routing'),
      this.eventsAt(this.receivedLog, places, 'intake'),
    ]);
    return places.flatMap(({ source, position, source_position, occurred_at, agent_name }) => {
      const event = (source === 'routing' ? own : received).get(Number(position));
      const place = [occurred_at, source, source_position] as const;
      return event ? [{ source, event, place, ...(agent_name !== null && { agentName: agent_name }) }] : [];
    });
  }

  private async places(
    tenantId: string,
    ticketId: string,
    limit: number,
    after?: TimelinePosition,
  ): Promise<readonly Place[]> {
    const beyond = after
      ? 'where (entry.occurred_at, entry.source, entry.source_position) > ($5::timestamptz, $6, $7::bigint)'
      : '';
    // The withdrawal is intake's to tell: routing's own note of it would say the same thing twice.
    return this.database.query<Place & Record<string, unknown>>(tenantId, {
      name: `timeline ${after ? 'beyond' : 'first'}`,
      text: `select entry.source, entry.source_position, entry.position, entry.occurred_at::text as occurred_at, agent.name as agent_name from (
         select 'routing' as source, position as source_position, position, occurred_at, metadata -> 'actor' as actor from event_log
         where tenant_id = $1 and stream_id = $2 and type not in ('HandlingWithdrawn', 'HandlingReturned')
         union all
         select source, source_position, position, occurred_at, metadata -> 'actor' from ticket_log
         where tenant_id = $1 and stream_id = $3 and source = 'intake' and type <> 'Unreadable') entry
       left join read_model.agent agent
         on agent.tenant_id = $1 and agent.agent_id = entry.actor ->> 'id' and entry.actor ->> 'kind' = 'agent'
       ${beyond} order by entry.occurred_at, entry.source, entry.source_position limit $4`,
      values: [tenantId, `handling-${ticketId}`, `ticket-${ticketId}`, limit, ...(after ?? [])],
    });
  }

  /** Through the log's reader, which knows how to read what was written under an older contract. */
  private async eventsAt(
    log: LogReader,
    places: readonly Place[],
    source: Place['source'],
  ): Promise<ReadonlyMap<number, RecordedEvent>> {
    const positions = places.filter((place) => place.source === source).map(({ position }) => Number(position));
    if (positions.length === 0) return new Map();
    return new Map((await log.at(positions)).map((event) => [event.position, event]));
  }
}
