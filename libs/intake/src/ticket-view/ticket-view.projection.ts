import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import { Changes } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { statusExpression } from '../ticket/ticket-state.js';
import { type ConversationEntry, type Regrouping, type TicketPatch, ViewChanges } from './ticket-patch.js';

/** Columns that a patch writes, with their types. Absent in a patch: as it was. */
const columns: Readonly<Record<keyof Omit<TicketPatch, 'tenant_id' | 'ticket_id' | 'updated_at'>, string>> = {
  number: 'text',
  requester_id: 'text',
  requester_name: 'text',
  requester_email: 'text',
  subject: 'text',
  body: 'text',
  channel: 'text',
  device: 'text',
  locale: 'text',
  department_id: 'text',
  department_unknown: 'boolean',
  priority: 'text',
  tags: 'jsonb',
  opened_at: 'timestamptz',
  version: 'int',
  spam: 'boolean',
  merged: 'boolean',
  merged_into: 'uuid',
  imported: 'boolean',
  said: 'text',
  said_version: 'int',
  said_at: 'timestamptz',
  replied_version: 'int',
  handling_version: 'int',
  handling_status: 'text',
  handling_heard: 'int',
  handling_changed_at: 'timestamptz',
};
const names = Object.keys(columns);
const declared = Object.entries(columns).map(([name, type]) => `${name} ${type}`);

/**
 * Tickets as their requesters see them, from intake's own log and from what routing tells. A row holds what each log
 * wrote in columns of its own: the order in which the two arrive makes no difference.
 */
@Injectable()
export class TicketViewProjection implements Projection {
  readonly name = 'ticket-view';
  readonly version = 4;
  readonly tables = ['ticket_view', 'ticket_conversation', 'ticket_merge'];

  constructor(private readonly changes: Changes) {}

  ddl(schema: string): readonly string[] {
    return [
      `create table ${schema}.ticket_view (
        tenant_id uuid not null,
        ticket_id uuid not null,
        ${declared.join(',\n        ')},
        updated_at timestamptz not null,
        status text not null generated always as (${statusExpression}) stored,
        primary key (tenant_id, ticket_id))`,
      // opened_at is null while only routing has told of a ticket: such rows are shown to nobody.
      `create index on ${schema}.ticket_view (tenant_id, opened_at desc, ticket_id desc) where opened_at is not null`,
      `create index on ${schema}.ticket_view (tenant_id, requester_id, opened_at desc, ticket_id desc) where opened_at is not null`,
      `create index on ${schema}.ticket_view (tenant_id, number) where opened_at is not null`,
      `create table ${schema}.ticket_conversation (
        tenant_id uuid not null,
        ticket_id uuid not null,
        source text not null,
        version int not null,
        entry_id uuid not null,
        kind text not null,
        at timestamptz not null,
        author_kind text not null,
        author_id text,
        body text,
        redirected_from uuid,
        other_ticket_id uuid,
        moved_to uuid,
        imported boolean not null,
        primary key (tenant_id, ticket_id, source, version))`,
      // When a ticket was carried on by which other one: answers given there meanwhile are its requester's to see for
      // ever.
      `create table ${schema}.ticket_merge (
        tenant_id uuid not null,
        ticket_id uuid not null,
        version int not null,
        into_ticket_id uuid not null,
        merged_at timestamptz not null,
        unmerged_at timestamptz,
        primary key (tenant_id, ticket_id, version))`,
      `create index on ${schema}.ticket_merge (tenant_id, into_ticket_id) where unmerged_at is null`,
      `create index on ${schema}.ticket_conversation (tenant_id, redirected_from) where redirected_from is not null`,
    ];
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    const changes = new ViewChanges();
    for (const event of events) {
      if (tx.log === 'own') changes.addOwn(event);
      else changes.addReceived(event);
    }
    if (changes.patches.size > 0) writePatches([...changes.patches.values()], tx);
    if (changes.entries.length > 0) writeEntries(changes.entries, tx);
    for (const regrouping of changes.regroupings) regroup(regrouping, tx);
  }

  /** On every replica, whichever of them has applied the events. */
  afterCommit(events: readonly RecordedEvent[]): void {
    for (const { tenantId, data } of events) {
      const { ticketId, redirectedFrom, intoTicketId, fromTicketId } = data as Readonly<
        Record<string, string | undefined>
      >;
      const touched = [ticketId, redirectedFrom, intoTicketId, fromTicketId].filter((id) => id !== undefined);
      if (touched.length > 0) this.changes.announce(tenantId, touched);
    }
  }
}

/** Rare, and each builds on what the ones before it wrote. */
function regroup(regrouping: Regrouping, tx: ProjectionTransaction): void {
  const { tenant_id, ticket_id } = regrouping;
  switch (regrouping.kind) {
    case 'merged':
      return tx.send({
        name: `${tx.schema}.ticket_merge.write`,
        text: `insert into ${tx.schema}.ticket_merge (tenant_id, ticket_id, version, into_ticket_id, merged_at)
         values ($1, $2, $3, $4, $5) on conflict (tenant_id, ticket_id, version) do nothing`,
        values: [tenant_id, ticket_id, regrouping.version, regrouping.into, regrouping.at],
      });
    case 'unmerged':
      return tx.send({
        name: `${tx.schema}.ticket_merge.end`,
        text: `update ${tx.schema}.ticket_merge set unmerged_at = $3
         where tenant_id = $1 and ticket_id = $2 and unmerged_at is null`,
        values: [tenant_id, ticket_id, regrouping.at],
      });
    case 'moved':
      return tx.send({
        name: `${tx.schema}.ticket_conversation.move`,
        text: `update ${tx.schema}.ticket_conversation set moved_to = $3
         where tenant_id = $1 and ticket_id = $2 and entry_id = any($4::uuid[])`,
        values: [tenant_id, ticket_id, regrouping.into, regrouping.entry_ids],
      });
  }
}

function writePatches(patches: readonly TicketPatch[], tx: ProjectionTransaction): void {
  const changed = names.map((name) => `${name} = coalesce(excluded.${name}, ticket_view.${name})`);
  tx.send({
    name: `${tx.schema}.ticket_view.write`,
    text: `insert into ${tx.schema}.ticket_view (tenant_id, ticket_id, ${names.join(', ')}, updated_at)
     select tenant_id, ticket_id, ${names.join(', ')}, updated_at
     from jsonb_to_recordset($1) as patch (tenant_id uuid, ticket_id uuid, ${declared.join(', ')}, updated_at timestamptz)
     on conflict (tenant_id, ticket_id) do update
     set ${changed.join(', ')}, updated_at = greatest(excluded.updated_at, ticket_view.updated_at)`,
    values: [JSON.stringify(patches)],
  });
}

function writeEntries(entries: readonly ConversationEntry[], tx: ProjectionTransaction): void {
  tx.send({
    name: `${tx.schema}.ticket_conversation.write`,
    text: `insert into ${tx.schema}.ticket_conversation
       (tenant_id, ticket_id, source, version, entry_id, kind, at, author_kind, author_id, body, redirected_from,
        other_ticket_id, imported)
      select tenant_id, ticket_id, source, version, entry_id, kind, at, author_kind, author_id, body, redirected_from,
        other_ticket_id, imported
      from jsonb_to_recordset($1) as entry (tenant_id uuid, ticket_id uuid, source text, version int, entry_id uuid,
        kind text, at timestamptz, author_kind text, author_id text, body text, redirected_from uuid,
        other_ticket_id uuid, imported boolean)
     on conflict (tenant_id, ticket_id, source, version) do nothing`,
    values: [JSON.stringify(entries)],
  });
}
