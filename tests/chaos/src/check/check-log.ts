/** Is what people were told what the log holds? Pure. */
import { uuid5 } from '@guichet/event-sourcing';
import type { Finding, LogRow, Publisher, Sent } from '../history.js';

export interface LogOf {
  readonly service: Publisher;
  readonly rows: readonly LogRow[];
  /** What `log_head` says. */
  readonly head: number;
}

/** Ids of the events of one command, as the event store derives them. */
const idsOf = (commandId: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? commandId : uuid5(commandId, String(i))));

/** More than one command can lead to; for looking whether something is there that should not be. */
const mostEvents = 4;

/** Positions are dense, and so are the versions of each stream. */
export function checkDense({ service, rows, head }: LogOf): Finding[] {
  const findings: Finding[] = [];
  const versions = new Map<string, number>();
  rows.forEach(({ position, streamId, version }, i) => {
    const before = versions.get(streamId) ?? 0;
    versions.set(streamId, version);
    if (position !== i + 1 && rows[i - 1]?.position !== position - 1)
      findings.push(dense(service, `position ${position} follows ${rows[i - 1]?.position ?? 'the beginning'}`));
    if (version !== before + 1)
      findings.push(dense(service, `${streamId}: version ${version} follows ${before}, at position ${position}`));
  });
  const last = rows.at(-1)?.position ?? 0;
  if (head !== last) findings.push(dense(service, `the head is ${head}, the last event ${last}`));
  return findings;
}
const dense = (service: string, text: string): Finding => ({ kind: 'log not dense', text: `${service}: ${text}` });

/**
 * Every acknowledged command is in the log exactly once, where its answer said; nothing refused is there; and each
 * event of a ticket has one command that explains it, its own or the one that routing derives from intake's event.
 */
export function checkCommands(
  { service, rows }: LogOf,
  sent: readonly Sent[],
  /** Events of intake, which routing's policy answers under ids of its own. */
  causes: readonly LogRow[] = [],
): Finding[] {
  const byId = Map.groupBy(rows, ({ eventId }) => eventId);
  const explained = new Set<string>();
  const findings: Finding[] = [];
  for (const [eventId, found] of byId) {
    if (found.length > 1)
      findings.push({ kind: 'doubled', text: `${service}: event ${eventId} is there ${found.length} times` });
  }
  for (const command of sent.filter((one) => one.service === service)) {
    const ids = idsOf(command.commandId, mostEvents);
    const stored = ids.flatMap((id) => byId.get(id) ?? []);
    for (const { eventId } of stored) explained.add(eventId);
    findings.push(...checkOne(command, stored));
  }
  for (const { eventId } of causes) for (const id of idsOf(uuid5(eventId, 'routing'), mostEvents)) explained.add(id);
  for (const { eventId, streamId, type, position } of rows) {
    if (explained.has(eventId) || streamId.startsWith('agent-')) continue; // agents become known without a key
    findings.push({
      kind: 'doubled',
      text: `${service}: ${type} at position ${position} of ${streamId} (${eventId}) belongs to no command`,
    });
  }
  return findings;
}

function checkOne(command: Sent, stored: readonly LogRow[]): Finding[] {
  const { outcome, leadsTo, service, kind, commandId, attempts } = command;
  const about = `${service}: ${kind} on ${command.streamId} (${commandId}, ${attempts} attempts)`;
  const finding = (what: Finding['kind'], text: string): Finding[] => [{ kind: what, text: `${about}: ${text}` }];
  if (outcome.is === 'unknown') return finding('outcome unknown', outcome.last);
  if (outcome.is === 'refused') {
    if (stored.length > 0) return finding('refused but stored', `${outcome.code}, but ${typesOf(stored)}`);
    if (command.mustBeRefused || command.mayBe.includes(outcome.code)) return [];
    return finding('wrong answer', `refused with ${outcome.status} ${outcome.code}`);
  }
  if (command.mustBeRefused) return finding('wrong answer', 'acknowledged, although it is not allowed');
  if (stored.length === 0 && leadsTo.length > 0) return finding('lost', `acknowledged at ${outcome.position}`);
  if (stored.map(({ type }) => type).join() !== leadsTo.join())
    return finding('difference', `led to ${typesOf(stored)} instead of ${leadsTo.join(', ') || 'nothing'}`);
  const last = stored.at(-1);
  if (last === undefined) return [];
  const right =
    last.position === outcome.position &&
    last.version === outcome.version &&
    stored.every(({ tenantId }) => tenantId === command.tenantId) &&
    (command.streamId === '' || stored.every(({ streamId }) => streamId === command.streamId));
  if (right) return [];
  const told = `version ${outcome.version} at position ${outcome.position}`;
  return finding('wrong answer', `told ${told}, is version ${last.version} at position ${last.position}`);
}

const typesOf = (rows: readonly LogRow[]): string => rows.map(({ type }) => type).join(', ') || 'nothing';

/** A ticket as the simulation knows it: the events of both of its streams, in order. */
export interface ExpectedTicket {
  readonly ticketId: string;
  readonly events: Readonly<Record<Publisher, readonly string[]>>;
}

const categories = { intake: 'ticket', routing: 'handling' } as const;

/** Each stream holds exactly the events that the simulation has led to, and no ticket is there that nobody opened. */
export function checkStreams({ service, rows }: LogOf, tickets: readonly ExpectedTicket[]): Finding[] {
  const category = categories[service];
  const streams = Map.groupBy(
    rows.filter(({ streamId }) => streamId.startsWith(`${category}-`)),
    ({ streamId }) => streamId,
  );
  const findings: Finding[] = [];
  for (const { ticketId, events } of tickets) {
    const streamId = `${category}-${ticketId}`;
    const found = (streams.get(streamId) ?? []).map(({ type }) => type);
    streams.delete(streamId);
    if (found.join() === events[service].join()) continue;
    const text = `${service}: ${streamId} holds ${found.join(', ')}; expected ${events[service].join(', ')}`;
    findings.push({ kind: 'difference', text });
  }
  for (const streamId of streams.keys())
    findings.push({ kind: 'doubled', text: `${service}: nobody has opened the ticket of ${streamId}` });
  return findings;
}
