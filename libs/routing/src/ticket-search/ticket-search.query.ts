import { TenantDatabase } from '@guichet/event-sourcing';
import { fold, idsOf, type Marked, rankTickets, searchTickets, TextReader, ticketMarker } from '@guichet/search';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { type Sight } from '../desk/sight.query.js';
import { queueOf } from '../ticket/ticket-row.js';
import { queueStates } from '../ticket/ticket-state.js';
import { type NamedTicket, namedTickets } from '../ticket/ticket.query.js';
import { type searchStates } from './operators.js';
import { type TextKind } from './texts-told.js';

export interface TicketSearch {
  readonly words: string;
  readonly from: readonly string[];
  readonly tags: readonly string[];
  /** Ids of departments, null for none; all where there is none. */
  readonly departmentIds: readonly (string | null)[];
  readonly states: readonly (typeof searchStates)[number][];
  /** Days (RFC 3339) in UTC, when the ticket was opened: before the one, on the other or later. */
  readonly before?: string;
  readonly after?: string;
}

export interface FoundTicket {
  readonly ticket: NamedTicket;
  readonly subject: Marked | null;
  readonly snippet: (Marked & { readonly kind: TextKind; readonly at: Date }) | null;
  /** Of a merged ticket: the one that carries it on in the end. */
  readonly carriedOnBy: { readonly ticketId: string; readonly number: string | null } | null;
}

export interface FoundTickets {
  readonly items: readonly FoundTicket[];
  /** Null where nothing but operators was asked: then nobody counts. */
  readonly total: number | null;
  readonly isComplete: boolean;
  readonly corrected?: string;
}

export interface SearchPage {
  readonly offset: number;
  readonly limit: number;
}

interface CandidateRow {
  readonly ticket_id: string;
  readonly locale: string | null;
  readonly tags: readonly string[];
  /** Which of the candidates it is, from 1. */
  readonly place: string;
  readonly moved_at: number;
}

const schema = 'read_model';
const logs = ['own', 'received'];
/** Merges one after the other at most. */
const maxChain = 20;

const state = `coalesce(case when t.merged_into is not null then 'merged' when t.spam then 'spam' else t.withdrawn end, t.state)`;
/** Who may see what, and what the operators ask for. Spam is found by those who ask for it. */
const isAskedFor = (first: number): string => {
  const $ = (i: number) => `$${first + i}`;
  return `t.version > 0
    and (${$(0)}::text[] is null and ${state} <> 'spam' or ${state} = any (${$(0)}::text[]))
    and (${$(1)}::text[] is null or t.queue = any (${$(1)}::text[]))
    and (${$(2)}::timestamptz is null or t.opened_at < ${$(2)}::timestamptz)
    and (${$(3)}::timestamptz is null or t.opened_at >= ${$(3)}::timestamptz)
    and (${$(4)}::text[] is null or t.department_id is null or t.department_id = any (${$(4)}::text[]) or t.agent_id = ${$(5)})`;
};

/** Searches the tickets that the caller may see. Each sees one moment. */
@Injectable()
export class TicketSearches {
  constructor(private readonly database: TenantDatabase) {}

  /** Those whose id or name is one of these. */
  async departmentsNamed(tenantId: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.query<{ readonly asked: string; readonly department_id: string }>(
      tenantId,
      `select n.asked, d.department_id from unnest($2::text[]) as n (asked)
         join ${schema}.department d on d.tenant_id = $1 and (d.department_id = n.asked or lower(d.name) = lower(n.asked))`,
      [tenantId, names],
    );
    return new Map(rows.map(({ asked, department_id }) => [asked, department_id]));
  }

  /** @throws WrongQuery for too many words */
  search(tenantId: string, asked: TicketSearch, sight: Sight, page: SearchPage): Promise<FoundTickets> {
    const filter = filterOf(asked, sight);
    const hasWords = [asked.words, ...asked.from, ...asked.tags].some((text) => text.trim() !== '');
    return this.database.snapshot(tenantId, (session) =>
      hasWords ? byWords(session, tenantId, asked, filter, page) : byOperators(session, tenantId, filter, page),
    );
  }
}

function filterOf({ states, departmentIds, before, after }: TicketSearch, sight: Sight): readonly unknown[] {
  const wanted = states.flatMap((one) => (one === 'open' ? queueStates : [one]));
  return [
    wanted.length === 0 ? null : wanted,
    departmentIds.length === 0 ? null : departmentIds.map(queueOf),
    before ?? null,
    after ?? null,
    ...(sight === 'all' ? [null, null] : [sight.departmentIds, sight.agentId]),
  ];
}

async function byWords(
  session: pg.ClientBase,
  tenantId: string,
  { words: text, from, tags }: TicketSearch,
  filter: readonly unknown[],
  { offset, limit }: SearchPage,
): Promise<FoundTickets> {
  const reader = new TextReader({ session, schema, tenantId, logs });
  const { words, tickets, isComplete } = await searchTickets(
    { words: text, from, tags },
    await reader.languages(),
    reader,
  );
  const ids = tickets.map(({ key }) => idsOf(key));
  const { rows } = await session.query<CandidateRow>({
    name: 'tickets found by words',
    text: `select t.ticket_id, t.locale, t.tags, k.place,
                  extract(epoch from greatest(t.queued_at, t.requester_replied_at, t.agent_replied_at))::float8 * 1000 as moved_at
             from unnest($2::uuid[], $3::uuid[]) with ordinality as k (least, most, place)
            cross join lateral (select * from ${schema}.ticket c
              where c.tenant_id = $1 and c.ticket_id >= k.least and c.ticket_id <= k.most offset 0) t
            where ${isAskedFor(4)}`,
    values: [tenantId, ids.map(([least]) => least), ids.map(([, most]) => most), ...filter],
  });
  const pairs = rows
    .filter((row) => hasTags(row.tags, tags))
    .flatMap(({ ticket_id: ticketId, locale, place, moved_at: movedAt }) => {
      const candidate = tickets[Number(place) - 1];
      return candidate ? [[{ ticketId, locale: locale ?? 'und', movedAt }, candidate] as const] : [];
    });
  const ranked = rankTickets(text, words, pairs);
  const shown = ranked.tickets.slice(offset, offset + limit).map(({ ticketId }) => ticketId);
  const marker = ticketMarker(words);
  const [named, texts] = [await namedIn(session, tenantId, shown), await reader.textsOf(shown)];
  const items = named.map(({ ticket, carriedOnBy }): FoundTicket => {
    const said = texts.filter(({ ticketId }) => ticketId === ticket.ticket_id);
    const snippet = marker.snippet(said.map(({ body }) => body));
    const of = snippet && said[snippet.block];
    return {
      ...{ ticket, carriedOnBy },
      subject: ticket.subject === null ? null : marker.mark(ticket.subject),
      snippet: snippet && of ? { ...snippet, kind: of.kind as TextKind, at: of.at } : null,
    };
  });
  const { corrected } = ranked;
  return { items, total: ranked.tickets.length, isComplete, ...(corrected !== undefined && { corrected }) };
}

const foldedTag = (tag: string): string => fold(tag.trim().toLowerCase());

/** The words of a tag may be those of another one. */
function hasTags(tags: readonly string[], asked: readonly string[]): boolean {
  const has = new Set(tags.map(foldedTag));
  return asked.every((tag) => has.has(foldedTag(tag)));
}

/** The tickets whose requesters wrote last. */
async function byOperators(
  session: pg.ClientBase,
  tenantId: string,
  filter: readonly unknown[],
  { offset, limit }: SearchPage,
): Promise<FoundTickets> {
  const { rows } = await session.query<{ ticket_id: string }>({
    text: `select t.ticket_id from ${schema}.ticket t where t.tenant_id = $1 and ${isAskedFor(4)}
           order by t.received_position desc, t.ticket_id limit $2 offset $3`,
    values: [tenantId, limit, offset, ...filter],
  });
  const named = await namedIn(
    session,
    tenantId,
    rows.map(({ ticket_id }) => ticket_id),
  );
  const items = named.map(({ ticket, carriedOnBy }): FoundTicket => ({
    ...{ ticket, carriedOnBy, snippet: null },
    subject: ticket.subject === null ? null : { text: ticket.subject, marks: [] },
  }));
  return { items, total: null, isComplete: true };
}

/** In the order of the ids. */
async function namedIn(
  session: pg.ClientBase,
  tenantId: string,
  ids: readonly string[],
): Promise<Pick<FoundTicket, 'ticket' | 'carriedOnBy'>[]> {
  // Not planned once for all: its columns are those of the table, which a new version changes.
  const tickets = await session.query<NamedTicket>({
    text: `${namedTickets} where t.tenant_id = $1 and t.ticket_id = any ($2::uuid[])`,
    values: [tenantId, ids],
  });
  const merged = tickets.rows.filter(({ merged_into }) => merged_into !== null);
  const ends =
    merged.length === 0 ? new Map<string, FoundTicket['carriedOnBy']>() : await endsOf(session, tenantId, ids);
  const place = new Map(ids.map((id, i) => [id, i]));
  return tickets.rows
    .sort((a, b) => (place.get(a.ticket_id) ?? 0) - (place.get(b.ticket_id) ?? 0))
    .map((ticket) => ({ ticket, carriedOnBy: ends.get(ticket.ticket_id) ?? null }));
}

/** By merged ticket, the one at the end of its chain of merges. */
async function endsOf(
  session: pg.ClientBase,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, FoundTicket['carriedOnBy']>> {
  const { rows } = await session.query<{ start: string; ticket_id: string; number: string | null }>({
    name: 'ends of merges',
    text: `with recursive chain (start, ticket_id, length) as (
             select t.ticket_id, t.merged_into, 1 from ${schema}.ticket t
              where t.tenant_id = $1 and t.ticket_id = any ($2::uuid[]) and t.merged_into is not null
              union all
             select c.start, n.merged_into, c.length + 1 from chain c cross join lateral (
               select t.merged_into from ${schema}.ticket t
                where t.tenant_id = $1 and t.ticket_id = c.ticket_id and t.merged_into is not null offset 0) n
              where c.length < ${maxChain})
           select distinct on (c.start) c.start, c.ticket_id, t.number from chain c
             left join lateral (select n.number from ${schema}.ticket n
               where n.tenant_id = $1 and n.ticket_id = c.ticket_id offset 0) t on true
            order by c.start, c.length desc`,
    values: [tenantId, ids],
  });
  return new Map(rows.map(({ start, ticket_id: ticketId, number }) => [start, { ticketId, number }]));
}
