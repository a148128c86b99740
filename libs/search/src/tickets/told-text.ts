/** What events tell of the texts of tickets. Pure. */
import type { TicketText } from './ticket-text.js';

/** A text, where it stands in its log, and what it is. */
export interface ToldText {
  readonly tenantId: string;
  readonly ticketId: string;
  /** Of the event in its stream, and in its log. */
  readonly version: number;
  readonly position: number;
  /** A reply's or note's id, otherwise the event's. */
  readonly entryId: string;
  readonly kind: string;
  readonly authorId?: string;
  /** RFC 3339. */
  readonly at: string;
  /** BCP 47: the ticket's, where the event tells it. */
  readonly locale?: string;
  readonly text: TicketText;
}

/** Texts of a ticket that are not to be found any more: those with these ids, or of this kind. */
export interface GoneTexts {
  readonly tenantId: string;
  readonly ticketId: string;
  readonly entryIds?: readonly string[];
  readonly kind?: string;
}

export type TextChange =
  { readonly type: 'told'; readonly told: ToldText } | { readonly type: 'gone'; readonly gone: GoneTexts };

/** A row of the table `ticket_text`, without its log. */
export interface TextRow {
  readonly tenant_id: string;
  readonly ticket_id: string;
  readonly version: number;
  readonly position: number;
  readonly entry_id: string;
  readonly kind: string;
  readonly author_id: string | null;
  readonly at: string;
  readonly title: string | null;
  readonly people: readonly string[];
  readonly tags: readonly string[];
  readonly number: string | null;
  readonly body: string | null;
}

export function rowOf({ text, ...told }: ToldText): TextRow {
  return {
    tenant_id: told.tenantId,
    ticket_id: told.ticketId,
    version: told.version,
    position: told.position,
    entry_id: told.entryId,
    kind: told.kind,
    author_id: told.authorId ?? null,
    at: told.at,
    title: text.title ?? null,
    people: text.people ?? [],
    tags: text.tags ?? [],
    number: text.number ?? null,
    body: text.body ?? null,
  };
}

/** A row as pg reads it: a bigint is a text there. */
export const asStored = (row: TextRow): TextRow => ({ ...row, position: Number(row.position) });

export const textOf = ({ title, people, tags, number, body }: TextRow): TicketText => ({
  ...{ people, tags },
  ...(title !== null && { title }),
  ...(number !== null && { number }),
  ...(body !== null && { body }),
});

export function isGone(row: TextRow, { tenantId, ticketId, entryIds, kind }: GoneTexts): boolean {
  if (row.tenant_id !== tenantId || row.ticket_id !== ticketId) return false;
  return row.kind === kind || (entryIds?.includes(row.entry_id) ?? false);
}
