import { createPool } from '@guichet/event-sourcing';
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import { type RequestersSide, statusExpression, ticketStatusOf, type WorkSide } from './ticket-state.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('ticket_state');
});
afterAll(() => database.drop());

const times = ['2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00.001Z'] as const;

/** Every case that the state tells apart: who spoke, whether the other side knew, and which came later. */
function* cases(): Generator<{ side: RequestersSide; work: WorkSide | null }> {
  const works: (WorkSide | null)[] = [null];
  for (const status of ['open', 'awaiting-requester', 'resolved', 'closed'] as const)
    for (const heard of [0, 1, 2, 3]) for (const changedAt of times) works.push({ status, heard, changedAt });
  for (const merged of [false, true])
    for (const spam of [false, true])
      for (const said of [null, 'open', 'closed'] as const)
        for (const saidVersion of said === null ? [0] : [2, 3])
          for (const saidAt of said === null ? [''] : times)
            for (const repliedVersion of [0, 2, 3])
              for (const work of works)
                yield { side: { merged, spam, said, saidVersion, saidAt, repliedVersion }, work };
}

it('is the same in the view’s column as where it is decided', async () => {
  const all = [...cases()];
  const rows = all.map(({ side, work }, i) => ({
    i,
    merged: side.merged || null,
    spam: side.spam || null,
    said: side.said,
    said_version: side.saidVersion || null,
    said_at: side.saidAt || null,
    replied_version: side.repliedVersion || null,
    handling_status: work?.status ?? null,
    handling_heard: work?.heard ?? null,
    handling_changed_at: work?.changedAt ?? null,
  }));
  const pool = createPool({ url: database.appUrl });
  const { rows: found } = await pool.query<{ status: string }>(
    `select ${statusExpression} as status from jsonb_to_recordset($1) as t (i int, merged boolean, spam boolean, said text,
       said_version int, said_at timestamptz, replied_version int, handling_status text, handling_heard int,
       handling_changed_at timestamptz) order by i`,
    [JSON.stringify(rows)],
  );
  await pool.end();
  expect(found.map(({ status }, i) => ({ ...all[i], status }))).toEqual(
    all.map((one) => ({ ...one, status: ticketStatusOf(one.side, one.work) })),
  );
});
