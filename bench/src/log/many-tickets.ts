/** Logs of many tickets, made in the database itself: what was there before something is measured. */
import pg from 'pg';
import { tenantId } from './product-log.js';

/** Type and data of the events of a ticket, in their order. `t`: its id, `at`: the time, `b`: a text of a reply. */
const lives = {
  intake: [
    [
      'TicketOpened',
      `'ticketId', t, 'number', 'GU-' || i, 'requesterId', 'r-' || i % 50000, 'subject', 'Charged twice for order ' || i, 'body', b,
       'channel', (array['portal', 'email', 'phone', 'chat'])[1 + i % 4], 'device', 'mobile', 'locale', 'fr', 'at', at`,
    ],
    ['RequesterReplied', `'ticketId', t, 'replyId', t, 'body', b, 'at', at`],
  ],
  routing: [
    [
      'TicketQueued',
      `'ticketId', t, 'departmentId', 'department-' || i % 20, 'priority', (array['low', 'normal', 'high'])[1 + i % 3], 'at', at`,
    ],
    [
      'TicketAssigned',
      `'ticketId', t, 'agentId', 'agent-' || i % 500, 'departmentId', 'department-' || i % 20, 'at', at`,
    ],
    [
      'AgentReplied',
      `'ticketId', t, 'replyId', t, 'agentId', 'agent-' || i % 500, 'body', b, 'automatic', false, 'at', at`,
    ],
    [
      'AgentReplied',
      `'ticketId', t, 'replyId', t, 'agentId', 'agent-' || i % 500, 'body', b, 'automatic', false, 'at', at`,
    ],
    [
      'TicketResolved',
      `'ticketId', t, 'agentId', 'agent-' || i % 500, 'departmentId', 'department-' || i % 20, 'at', at`,
    ],
    ['TicketClosed', `'ticketId', t, 'automatic', true, 'at', at`],
  ],
} as const;

export type Publisher = keyof typeof lives;

const categories = { intake: 'ticket', routing: 'handling' } as const;
const body =
  'Thank you for the details. The second payment was a reservation of your bank, it will be released within three ' +
  'working days. I have noted the order number and will look at it again on Friday.';

/** Tickets between the events of one ticket: so many are worked on at a time. */
const apart = 2000;

export const eventsOf = (publisher: Publisher, tickets: number): number => tickets * lives[publisher].length;

/**
 * Fills an empty log with the events of `tickets` tickets, interwoven as they would be, a ticket every half minute. As
 * superuser; the statistics and the visibility map are as after an autovacuum.
 */
export async function fillLog(adminUrl: string, publisher: Publisher, tickets: number): Promise<number> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`set synchronous_commit = off; set work_mem = '256MB'; set maintenance_work_mem = '1GB'`);
    const indexes = await dropIndexes(client);
    await client.query(insertOf(publisher), [tickets]);
    for (const definition of indexes) await client.query(definition);
    await client.query('update log_head set position = $1, chained = $1', [eventsOf(publisher, tickets)]);
    await client.query('vacuum analyze event_log');
    await client.query('checkpoint');
    return eventsOf(publisher, tickets);
  } finally {
    await client.end();
  }
}

/** Made anew afterwards they are built in one go. Answers the statements that do it. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
       from pg_constraint where conrelid = 'event_log'::regclass and contype in ('p', 'u')`,
  );
  for (const { name } of rows) await client.query(`alter table event_log drop constraint ${name}`);
  return rows.map(({ name, definition }) => `alter table event_log add constraint ${name} ${definition}`);
}

function insertOf(publisher: Publisher): string {
  const life = lives[publisher];
  const types = life.map(([type], k) => `when ${k} then '${type}'`).join(' ');
  const data = life.map(([, members]) => members).map((members, k) => `when ${k} then jsonb_build_object(${members})`);
  return `
    insert into event_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata,
                           occurred_at, recorded_at)
    select position, ('0197e2a1-0000-7000-8000-' || lpad(to_hex(position), 12, '0'))::uuid, '${tenantId}',
           '${categories[publisher]}-' || t, k + 1, case k ${types} end, 1, case k ${data.join(' ')} end,
           jsonb_build_object('actor', jsonb_build_object('kind', 'agent', 'id', 'agent-' || i % 500), 'correlationId', t),
           at::timestamptz, at::timestamptz
      from (select *, '0197e2a0-0000-7000-9000-' || lpad(to_hex(i), 12, '0') as t, '${body}'::text as b,
                   to_char('2025-01-01'::timestamp + (i + k * ${apart}) * interval '30 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
              from (select i, k, row_number() over (order by i + k * ${apart}, k) as position
                      from generate_series(1, $1::int) as i, generate_series(0, ${life.length - 1}) as k) place
             order by position) event`;
}
