/** Made-up histories of tickets as they arrive from the feed: always the same ones. */
import { createHash } from 'node:crypto';
import type { PublicEvent, Source } from '@guichet/contracts';
import type { FeedRecord } from '@guichet/messaging';

export interface History {
  readonly tenantId: string;
  /** The first ticket is opened then, milliseconds since 1970. */
  readonly fromMs: number;
  /** Between one opening and the next. */
  readonly everyMs: number;
  readonly tickets: number;
  /** One ticket of so many is answered and stays open; all are closed if not given. */
  readonly openOneIn?: number;
  /** Kept apart from those of other histories. */
  readonly name: string;
}

const departments = ['billing', 'technical', 'sales'];
const channels = ['portal', 'email', 'phone'];
const minute = 60_000;

/** A UUID that is the same in every run. */
export function idOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `7${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}

type Told = readonly [type: string, minutes: number, data: object];

const opened = (i: number): readonly Told[] => [
  [
    'TicketOpened',
    0,
    {
      ...{ number: `GU-${i}`, requesterId: `requester-${i % 500}`, subject: 'Charged twice', body: 'x'.repeat(200) },
      ...{ channel: channels[i % 3], device: 'desktop', locale: 'fr' },
    },
  ],
];

/** Answered after one to ninety-seven minutes. */
function handled(i: number, openOneIn: number): readonly Told[] {
  const departmentId = departments[i % 3];
  const agentId = `agent-${i % 20}`;
  const answered = 1 + (i % 97);
  const work: Told[] = [
    ['TicketQueued', 0, { departmentId, priority: 'normal' }],
    ['TicketAssigned', answered - 0.5, { agentId, departmentId }],
    ['AgentReplied', answered, { replyId: idOf(`reply-${i}`), agentId, body: 'x'.repeat(200), automatic: false }],
  ];
  if (i % openOneIn === 0) return work;
  return [
    ...work,
    ['TicketResolved', answered * 3, { departmentId, agentId }],
    ['TicketClosed', answered * 3 + 60, { automatic: true }],
  ];
}

/** The records of one source, in the order of the tickets, from the given position on. */
export function recordsOf(source: Source, history: History, after: number): readonly FeedRecord[] {
  const records: FeedRecord[] = [];
  let position = after;
  for (let i = 1; i <= history.tickets; i++) {
    const told = source === 'intake' ? opened(i) : handled(i, history.openOneIn ?? Infinity);
    told.forEach((one, version) => {
      position++;
      const event = eventOf(source, history, { i, version: version + 1, position, one });
      records.push({ position, previous: position - 1, cursor: position, event });
    });
  }
  return records;
}

interface Place {
  readonly i: number;
  readonly version: number;
  readonly position: number;
  readonly one: Told;
}

function eventOf(source: Source, history: History, { i, version, position, one }: Place): PublicEvent {
  const ticketId = idOf(`${history.name}-${i}`);
  const [type, minutes, data] = one;
  const at = new Date(history.fromMs + i * history.everyMs + minutes * minute).toISOString();
  return {
    ...{ id: idOf(`${source}-${ticketId}-${version}`), source, tenantId: history.tenantId, version, type, position },
    streamId: `${source === 'intake' ? 'ticket' : 'handling'}-${ticketId}`,
    schemaVersion: 1,
    data: { ticketId, at, ...data },
    actor: { kind: source === 'intake' ? 'requester' : 'agent', id: 'somebody' },
    correlationId: 'made-up',
    occurredAt: at,
    recordedAt: at,
  };
}
