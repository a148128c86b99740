/** A ticket's beginning: what the mapping's `ticket` says of it. */
import { deviceClasses } from '@guichet/contracts';
import type { Mapping, Take, Value } from '../mapping/language.js';
import { RowRejected } from '../mapping/mistakes.js';
import { compileList, compileTime, compileValue, type Row, type Scope, taken } from '../mapping/values.js';
import { type IsBot, theImport } from './actors.js';
import { setTags } from './effects.js';
import { emit, type Progress, type Ticket } from './ticket.js';

/** Opens the ticket that these rows (at least one) tell of. */
export type Open = (ticketId: string, key: string, rows: readonly Row[]) => Progress;

export function compileOpening({ ticket }: Mapping, isBot: IsBot, scope: Scope): Open {
  const text = (name: keyof typeof ticket, take: Take = 'first-known') => {
    const value = ticket[name] as Value | undefined;
    if (value === undefined) return () => undefined;
    return taken(value, compileValue(value, `ticket.${name}`, scope), take);
  };
  const openedAt =
    ticket.opened === undefined
      ? () => undefined
      : taken(ticket.opened, compileTime(ticket.opened, 'ticket.opened', scope), 'first-known');
  const read = {
    number: text('number'),
    requesterId: text('requester'),
    requesterName: text('requesterName'),
    requesterEmail: text('requesterEmail'),
    subject: text('subject'),
    body: text('body'),
    channel: text('channel'),
    device: text('device'),
    locale: text('locale'),
    // What changes later counts as it was at the beginning, even where that is unknown.
    departmentId: text('department', 'first'),
    priority: text('priority', 'first'),
  };
  const tags = ticket.tags === undefined ? () => [] : compileList(ticket.tags, 'ticket.tags', scope);
  return (ticketId, key, rows) => {
    const first = rows[0]!;
    const at = openedAt(rows) ?? rows.find((row) => row.at !== null)?.at;
    if (at === undefined || at === null) throw new RowRejected('nothing says when the ticket was opened');
    const found = Object.fromEntries(
      Object.entries(read).flatMap(([name, take]) => {
        const value = take(rows);
        return value === undefined ? [] : [[name, value]];
      }),
    ) as Partial<Record<keyof typeof read, string>>;
    return opened({ ticketId, key, at, line: first.line, found, tags: tags(first.cells) }, isBot);
  };
}

interface Opening {
  readonly ticketId: string;
  readonly key: string;
  readonly at: number;
  readonly line: number;
  readonly found: Partial<Record<string, string>>;
  readonly tags: readonly string[];
}

const maxSubject = 300;

function opened({ ticketId, key, at, line, found, tags }: Opening, isBot: IsBot): Progress {
  const number = found['number'] ?? key;
  const requesterId = found['requesterId'];
  const { departmentId = null, priority = 'normal' } = found;
  const data = {
    number,
    ...found,
    requesterId: requesterId ?? 'unknown',
    subject: (found['subject'] ?? `Ticket ${number}`).slice(0, maxSubject),
    channel: found['channel'] ?? 'other',
    device: deviceOf(found['device']),
    locale: found['locale'] ?? 'und',
  };
  const requester =
    requesterId === undefined
      ? theImport
      : { kind: isBot(requesterId) ? ('bot' as const) : ('requester' as const), id: requesterId };
  const ticket: Ticket = {
    ticketId,
    status: 'open',
    pauseReason: null,
    agentId: null,
    assigned: false,
    departmentId,
    priority,
    tags: [],
    columnState: null,
    messages: 0,
  };
  const happening = { at, actor: theImport, line };
  const told = emit({ ticket, events: [] }, { ...happening, actor: requester }, 'intake', 'TicketOpened', data);
  const queued = emit(told, happening, 'routing', 'TicketQueued', { departmentId, priority });
  return setTags(queued, happening, tags);
}

const deviceOf = (device = 'unknown'): string => {
  if ((deviceClasses as readonly string[]).includes(device)) return device;
  throw new RowRejected(`ticket.device: "${device}" is none of ${deviceClasses.join(', ')}`);
};
