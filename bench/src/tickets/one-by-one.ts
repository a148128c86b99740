/**
 * A projection as most samples have it: for each event one transaction that changes the ticket's row, a counter and the
 * checkpoint, by prepared statements. It keeps a fraction of what the product's projection keeps.
 */
import type { RecordedEvent } from '@guichet/event-sourcing';
import pg from 'pg';
import type { BenchContext } from '../line.js';
import type { FiguresDatabase } from './figures-database.js';

const tables = `
  create table public.sample_ticket (ticket_id uuid primary key, opened_at timestamptz, department_id text, priority text,
    channel text, assigned_at timestamptz, first_reply_at timestamptz, resolved_at timestamptz, transfers int not null default 0,
    replies int not null default 0);
  create table public.sample_count (hour timestamptz, department_id text, type text, n int not null, primary key (hour, department_id, type));
  create table public.sample_checkpoint (name text primary key, position bigint not null);
  insert into public.sample_checkpoint values ('tickets', 0)`;

const opened = `insert into public.sample_ticket (ticket_id, opened_at, department_id, priority, channel)
  values ($1, $2, $3, $4, $5) on conflict do nothing`;
const changes: Readonly<Record<string, string>> = {
  TicketAssigned: 'assigned_at = coalesce(assigned_at, $2)',
  AgentReplied: 'first_reply_at = coalesce(first_reply_at, $2), replies = replies + 1',
  RequesterReplied: 'replies = replies + case when $2::timestamptz is null then 0 else 1 end',
  TicketTransferred: 'transfers = transfers + case when $2::timestamptz is null then 0 else 1 end',
};
const otherwise = 'resolved_at = coalesce(resolved_at, $2)';

export interface OneByOne {
  /** Of as many events of the log as were asked for, from its beginning. */
  eventsPerSecond(): Promise<number>;
}

export async function openOneByOne(context: BenchContext, figures: FiguresDatabase, events: number): Promise<OneByOne> {
  const client = new pg.Client({ connectionString: figures.database.ownerUrl });
  await client.connect();
  context.after(() => client.end());
  await client.query(tables);
  return {
    async eventsPerSecond() {
      await client.query(`truncate public.sample_ticket, public.sample_count`);
      const page = await figures.receivedLog.reader.read(0, events);
      const begin = performance.now();
      for (const event of page) await applyOne(client, event);
      return page.length / ((performance.now() - begin) / 1000);
    },
  };
}

interface Told {
  readonly ticketId: string;
  readonly departmentId?: string;
  readonly priority?: string;
  readonly channel?: string;
}

async function applyOne(client: pg.Client, { type, data, occurredAt, position }: RecordedEvent): Promise<void> {
  const { ticketId, departmentId = '', priority = '', channel = '' } = data as Told;
  await client.query('begin');
  if (type === 'TicketOpened') {
    await client.query({
      name: 'opened',
      text: opened,
      values: [ticketId, occurredAt, departmentId, priority, channel],
    });
  } else {
    const text = `update public.sample_ticket set ${changes[type] ?? otherwise} where ticket_id = $1`;
    await client.query({ name: type, text, values: [ticketId, occurredAt] });
  }
  await client.query({
    name: 'count',
    text: `insert into public.sample_count values (date_trunc('hour', $1::timestamptz), $2, $3, 1)
      on conflict (hour, department_id, type) do update set n = sample_count.n + 1`,
    values: [occurredAt, departmentId, type],
  });
  await client.query({
    name: 'checkpoint',
    text: `update public.sample_checkpoint set position = $1 where name = 'tickets'`,
    values: [position],
  });
  await client.query('commit');
}
