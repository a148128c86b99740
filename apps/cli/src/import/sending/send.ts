/** Sends a staged file's events to intake and routing. */
import type { GuichetClient } from '@guichet/client';
import { importers, type TicketSource } from '@guichet/contracts';
import { eventIdOf } from '../folding/ids.js';
import type { FoldedTicket } from '../folding/fold.js';
import type { CompiledMapping } from '../mapping/compile.js';
import type { RowRejected } from '../mapping/mistakes.js';
import type { Plan } from '../plan.js';
import type { Staging } from '../reading/staging.js';
import type { TicketStream } from './batches.js';
import { Lane, type LaneCounts } from './lane.js';
import type { ImportState } from './resume.js';

export interface SendOptions {
  readonly compiled: CompiledMapping;
  readonly staging: Staging;
  readonly plan: Plan;
  readonly api: GuichetClient;
  readonly tenantId: string;
  readonly inFlight: number;
  readonly state: ImportState;
  readonly onRejected: (line: number, key: string, reason: RowRejected) => void;
  /** How many more events the services have answered for. */
  readonly onProgress: (events: number) => void;
  readonly signal: AbortSignal;
}
export interface Sent {
  /** Tickets that an earlier run had brought in already. */
  readonly resumedAfter: number;
  readonly intake: LaneCounts & { readonly position: number };
  readonly routing: LaneCounts & { readonly position: number };
}

/** @throws ApiError when a service refuses or stays away; what was done is remembered in `state` */
export async function sendAll(options: SendOptions): Promise<Sent> {
  const sent = await sendFrom(options);
  if (sent) return sent;
  // The state knows of more than the services do (a new database, a restored backup): from the beginning, then.
  options.state.restart();
  const again = await sendFrom(options);
  if (!again) throw new Error('unreachable: an import from the beginning has nothing to go on from');
  return again;
}

/** Undefined when what the state calls done is not there. */
async function sendFrom(options: SendOptions): Promise<Sent | undefined> {
  const { compiled, staging, tenantId, state, signal } = options;
  const lanes = { intake: laneOf('intake', options), routing: laneOf('routing', options) };
  const start = { ...state.done };
  try {
    for (const registry of registryOf(options.plan)) await lanes.routing.tell(registry);
    for (const { ordinal, key, rows } of staging.tickets()) {
      signal.throwIfAborted();
      const folded = compiled.fold(tenantId, key, rows);
      for (const service of importers) {
        const stream = streamOf(folded, ordinal, service);
        if (stream.events.length === 0 || ordinal < start[service]) continue;
        if (ordinal > start[service]) await lanes[service].add(stream);
        else if ((await lanes[service].probe(stream)) > 0) return undefined;
      }
    }
    await Promise.all([lanes.intake.finish(), lanes.routing.finish()]);
  } finally {
    state.save();
  }
  const result = (lane: Lane) => ({ ...lane.counts, position: lane.position });
  return {
    resumedAfter: Math.min(start.intake, start.routing),
    intake: result(lanes.intake),
    routing: result(lanes.routing),
  };
}

const laneOf = (service: TicketSource, options: SendOptions): Lane => {
  const { api, compiled, inFlight, onRejected, onProgress, state, signal } = options;
  return new Lane({
    ...{ api, signal },
    path: `/${service}/v1/imports`,
    source: compiled.mapping.source,
    inFlight,
    onRejected,
    onProgress,
    onDone: (ordinal) => state.advance(service, ordinal),
  });
};

/** A ticket's events of one service. Ids count within the service's stream. */
function streamOf({ ticketId, key, events }: FoldedTicket, ordinal: number, service: TicketSource): TicketStream {
  const own = events.filter(({ source }) => source === service);
  return {
    ordinal,
    ticketId,
    key,
    events: own.map(({ type, data, actor }, index) =>
      JSON.stringify({ id: eventIdOf(ticketId, service, index), type, data, actor }),
    ),
    lines: own.map(({ line }) => line),
  };
}

const registryChunk = 200;

/** Departments first: an agent's departments must be there. */
function* registryOf({ departments, agents }: Plan): Generator<Readonly<Record<string, unknown>>> {
  for (let from = 0; from < departments.length; from += registryChunk) {
    const chunk = departments.slice(from, from + registryChunk);
    yield { departments: chunk.map((departmentId) => ({ departmentId, name: departmentId })) };
  }
  const known = agents.map(({ agentId, name, departmentIds }) => ({ agentId, name, departmentIds }));
  for (let from = 0; from < known.length; from += registryChunk)
    yield { agents: known.slice(from, from + registryChunk) };
}
