/** Tickets to search: what both logs tell of each, with texts of a labelled set. */
import { type RecordedEvent } from '@guichet/event-sourcing';
import { type LabelledSet, recombined } from '@guichet/search/quality';
import { seeded } from '@guichet/testing';
import { departmentOf, ticketIdOf } from '../product/desk.js';

export const tenantId = '0197e2a0-0000-7000-8000-0000000000aa';

export interface TicketEvents {
  readonly received: readonly RecordedEvent[];
  readonly own: readonly RecordedEvent[];
}

const firstNames = ['Anna', 'Łukasz', 'Marie', 'Jean', 'Zofia', 'Piotr', 'Camille', 'Hugo', 'Ewa', 'Luc'];
const syllables = ['ko', 'wal', 'ska', 'no', 'wak', 'ber', 'nard', 'du', 'pont', 'mo', 'reau', 'zie', 'lin'];
/** Characters of a message at most. */
const messageLength = 600;
const startMs = Date.UTC(2025, 0, 1);
const minuteMs = 60_000;

export const requesterOf = (i: number): string => {
  const last = [i % 13, Math.floor(i / 13) % 13, Math.floor(i / 169) % 13].map((n) => syllables[n]).join('');
  return `${firstNames[i % firstNames.length]} ${last[0]?.toUpperCase()}${last.slice(1)}`;
};

/** One after the other, from the first: positions and versions follow from the place. */
export class TicketSeries {
  private readonly positions = { received: 0, own: 0 };
  private made = 0;
  private readonly texts: LabelledSet['documents'];

  constructor(set: LabelledSet, kinds: number) {
    this.texts = recombined(set, kinds, seeded(kinds));
  }

  /** The events of the next tickets. */
  next(count: number): TicketEvents {
    const tickets = Array.from({ length: count }, () => this.ticket(this.made++));
    return { received: tickets.flatMap(({ received }) => received), own: tickets.flatMap(({ own }) => own) };
  }

  /** Their openings alone. */
  openings(count: number): readonly RecordedEvent[] {
    return Array.from({ length: count }, () => this.opening(this.made++));
  }

  /** What the requester of a ticket writes first. */
  requestOf(i: number): { readonly subject: string; readonly body: string } {
    const { title, body } = this.textOf(i);
    return { subject: title, body: body.slice(0, messageLength) };
  }

  /** Words that a ticket has: some of its subject, and who asked. */
  queryOf(i: number): string {
    const words = this.textOf(i)
      .title.split(/\s+/u)
      .filter(({ length }) => length > 3);
    const some = words.slice(0, 1 + (i % 3)).join(' ');
    return i % 4 === 0 ? `${some} ${requesterOf(i).split(' ')[1]}` : some;
  }

  private ticket(i: number): TicketEvents {
    const opened = this.opening(i);
    const work = (version: number, type: string, data: object) =>
      this.event('own', `handling-${ticketIdOf(i)}`, version, type, i, data, { kind: 'agent', id: `agent-${i % 100}` });
    const lines = this.textOf(i + 1).body;
    const message = (of: number) => lines.slice(of * 300, of * 300 + 400);
    const reply = this.event('received', `ticket-${ticketIdOf(i)}`, 2, 'RequesterReplied', i, {
      ...{ replyId: ticketIdOf(i), body: message(0) },
    });
    const own = [
      work(1, 'TicketQueued', { departmentId: departmentOf(i), priority: 'normal' }),
      work(2, 'AgentReplied', { replyId: ticketIdOf(i), agentId: 'agent', body: message(1), automatic: false }),
      ...(i % 3 === 0
        ? [work(3, 'InternalNoteAdded', { noteId: ticketIdOf(i), agentId: 'agent', body: message(2) })]
        : []),
      ...(i % 5 === 0 ? [work(4, 'TicketTagged', { tags: [`tag-${i % 40}`] })] : []),
      ...(i % 10 === 0 ? [] : [work(5, 'TicketResolved', { departmentId: departmentOf(i) })]),
    ];
    return { received: [opened, reply], own };
  }

  private opening(i: number): RecordedEvent {
    const requesterName = requesterOf(i);
    const requesterEmail = `${requesterName.toLowerCase().replace(' ', '.')}@example.org`;
    return this.event('received', `ticket-${ticketIdOf(i)}`, 1, 'TicketOpened', i, {
      ...{ number: `GU-${1001 + i}`, requesterId: `r-${i % 10_000}`, requesterName, requesterEmail },
      ...{ ...this.requestOf(i), channel: 'portal', device: 'desktop', locale: 'fr' },
    });
  }

  private textOf(i: number): LabelledSet['documents'][number] {
    const text = this.texts[i % this.texts.length];
    if (text === undefined) throw new Error('There are no texts.');
    return text;
  }

  private event(
    log: 'received' | 'own',
    streamId: string,
    version: number,
    type: string,
    i: number,
    data: object,
    actor: RecordedEvent['metadata']['actor'] = { kind: 'requester', id: `r-${i % 10_000}` },
  ): RecordedEvent {
    const position = ++this.positions[log];
    const at = new Date(startMs + i * 5 * minuteMs).toISOString();
    const eventId = `${log === 'own' ? '0a' : '0b'}000000-0000-4000-8000-${position.toString(16).padStart(12, '0')}`;
    return {
      ...{ position, eventId, tenantId, streamId, version, type, schemaVersion: 1 },
      ...{ data: { ticketId: ticketIdOf(i), at, ...data }, metadata: { actor, correlationId: streamId } },
      ...{ occurredAt: at, recordedAt: at },
    };
  }
}
