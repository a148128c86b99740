import {
  createPool,
  eventSourcingMigrations,
  migrate,
  prepareReadModels,
  type Projection,
  roleOf,
  TenantDatabase,
} from '@guichet/event-sourcing';
import { createTestDatabase, effort, type TestDatabase } from '@guichet/testing';
import fc from 'fast-check';
import type pg from 'pg';
import { MemoryTexts } from './memory-texts.js';
import { searchTickets } from './search-tickets.js';
import { TextReader } from './text-reader.store.js';
import { textDdl, textTables } from './text-tables.js';
import { TextWriter } from './text-writer.store.js';
import { type TextChange, type ToldText } from './told-text.js';

const tenantId = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a01';
const otherTenantId = '7e9a3f9e-52b6-4d2c-8a86-0f6f4b8f1a02';
const schema = 'read_model';
const log = 'received';
const words = ['zwrot', 'zwroty', 'pieniędzy', 'pieniedzy', 'refund', 'refunds', 'Anna', 'GU', '1001', '2001', 'ok'];

const idOf = (ticket: number, of = 0) =>
  `${String(ticket).padStart(8, '0')}-0000-4000-8000-${String(of).padStart(12, '0')}`;
/** Of one stream for each ticket, in the order of the log. */
function told(place: number, ticket: number, body: string, more: Partial<ToldText> = {}): ToldText {
  const at = new Date(place * 60_000).toISOString();
  // Two texts of a block, then one of the next.
  const position = place * 300;
  return {
    ...{
      tenantId,
      ticketId: idOf(ticket),
      version: place + 1,
      position,
      entryId: idOf(ticket, place),
      kind: 'message',
    },
    ...{ at, text: { body }, ...more },
  };
}
const opening = (ticket: number, person: string): Partial<ToldText> => ({
  ...{ kind: 'request', authorId: person, locale: 'pl' },
  text: { number: `GU-${1001 + ticket}`, title: 'Zwrot', people: [person], body: 'GU 1001' },
});

const someChanges: fc.Arbitrary<readonly TextChange[]> = fc
  .array(
    fc.record({
      ticket: fc.integer({ min: 0, max: 3 }),
      body: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((list) => list.join(' ')),
      as: fc.constantFrom('request', 'message', 'message', 'message', 'gone'),
      back: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 12 },
  )
  .map((list) =>
    list.map(({ ticket, body, as, back }, i): TextChange => {
      const earlier = list[i - back];
      // Of a text that was told, unless that one was no text itself.
      if (as === 'gone' && earlier) {
        const of = earlier.ticket;
        return { type: 'gone', gone: { tenantId, ticketId: idOf(of), entryIds: [idOf(of, i - back)] } };
      }
      return { type: 'told', told: told(i, ticket, body, as === 'request' ? opening(ticket, 'Łukasz') : {}) };
    }),
  );

describe('The texts of tickets in PostgreSQL', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let tenants: TenantDatabase;
  /** What a projection remembers from batch to batch. */
  const memory = new Map<string, unknown>();

  beforeAll(async () => {
    database = await createTestDatabase('tickets');
    const { ownerUrl: url, appUrl } = database;
    const projection: Projection = {
      name: 't',
      version: 1,
      tables: textTables,
      ddl: textDdl,
      apply: async () => undefined,
    };
    await migrate({ url, appRole: roleOf(appUrl), migrations: eventSourcingMigrations });
    await prepareReadModels({ url, appRole: roleOf(appUrl), readModels: [{ projection, logs: [log] }] });
    pool = createPool({ url: appUrl });
    tenants = new TenantDatabase(pool);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const write = (work: (writer: TextWriter) => Promise<void>, tenant = tenantId) =>
    tenants.transaction(tenant, async (session) => {
      const sent: Promise<unknown>[] = [];
      const place = {
        ...{ schema, log, memory },
        query: <R extends pg.QueryResultRow>(query: pg.QueryConfig) => session.query<R>(query),
        send: (query: pg.QueryConfig) => void sent.push(session.query(query)),
      };
      await work(new TextWriter(place));
      await Promise.all(sent);
    });
  const change = (changes: readonly TextChange[]) => write((writer) => writer.change(changes));
  const rows = async (tenant = tenantId) => {
    const all: string[] = [];
    for (const table of textTables) {
      const found = await tenants.query<{ row: string }>(
        tenant,
        `select '${table}' || t::text as row from ${schema}.${table} t`,
      );
      all.push(...found.map(({ row }) => row));
    }
    return all.sort();
  };
  /** Where words stand, and which of them can be looked up without their accents. */
  const kept = async () => ({
    postings: (await rows()).filter((row) => row.startsWith('ticket_posting')),
    folded: await tenants.query(tenantId, `select distinct folded from ${schema}.ticket_form order by folded`),
  });
  const empty = () =>
    tenants.transaction(tenantId, async (session) => {
      memory.clear();
      for (const table of textTables) await session.query(`delete from ${schema}.${table}`);
    });
  const find = (asked: string, tenant = tenantId) =>
    tenants.snapshot(tenant, async (session) => {
      const reader = new TextReader({ session, schema, tenantId: tenant, logs: [log] });
      const { tickets } = await searchTickets({ words: asked }, await reader.languages(), reader);
      return tickets.map(({ key }) => key).sort();
    });
  /** What is left, as the texts in memory say it. */
  const remaining = (changes: readonly TextChange[]): ToldText[] =>
    changes.reduce<ToldText[]>((left, one) => {
      if (one.type === 'told') return [...left, one.told];
      const { ticketId, entryIds = [] } = one.gone;
      return left.flatMap((text) => {
        if (text.ticketId !== ticketId || !entryIds.includes(text.entryId)) return [text];
        const { number } = text.text;
        return number === undefined ? [] : [{ ...text, text: { number } }];
      });
    }, []);

  it('are the same rows by any batches, when an event comes twice, and after its time', () =>
    fc.assert(
      fc.asyncProperty(someChanges, fc.integer({ min: 1, max: 5 }), async (changes, size) => {
        await empty();
        for (const one of changes) await change([one]);
        const one = await rows();
        await empty();
        for (let i = 0; i < changes.length; i += size) await change(changes.slice(i, i + size));
        expect(await rows()).toEqual(one);
        const texts = changes.filter(({ type }) => type === 'told');
        await empty();
        await change(texts);
        const inOrder = await rows();
        await empty();
        for (const text of texts.toReversed()) await change([text]);
        await change(texts);
        expect(await rows()).toEqual(inOrder);
      }),
      { numRuns: effort(10, 100) },
    ));

  it('are found as those in memory are', () =>
    fc.assert(
      fc.asyncProperty(someChanges, async (changes) => {
        await empty();
        for (const one of changes) await change([one]);
        const key = (ticketId: string) => parseInt(ticketId.replaceAll('-', '').slice(0, 12), 16);
        const memory = new MemoryTexts(remaining(changes).map(({ ticketId, text }) => [key(ticketId), text] as const));
        const languages = changes.some((one) => one.type === 'told' && one.told.locale !== undefined) ? ['pl'] : [];
        // A letter wrong at the end, at the beginning, and two that have changed places in the middle.
        const misspelt = ['refumd', 'rafund', 'reufnd'];
        for (const asked of [...words, ...misspelt, 'zwrotu', 'zwrot anna', 'GU-1002', 'lukasz']) {
          const { tickets } = await searchTickets({ words: asked }, languages, memory);
          expect([asked, await find(asked)]).toEqual([asked, tickets.map((ticket) => ticket.key).sort()]);
        }
      }),
      { numRuns: effort(10, 100) },
    ));

  it('leave nothing of what is gone', () =>
    fc.assert(
      fc.asyncProperty(someChanges, async (changes) => {
        await empty();
        for (const one of changes) await change([one]);
        const left = await kept();
        await empty();
        await change(remaining(changes).map((text): TextChange => ({ type: 'told', told: text })));
        expect(left).toEqual(await kept());
      }),
      { numRuns: effort(5, 100) },
    ));

  it('keep nothing of what a person wrote but the numbers of their tickets, and all of the others', async () => {
    await empty();
    const texts = [
      told(0, 0, '', opening(0, 'Łukasz')),
      told(1, 0, 'tajemnica refund', { authorId: 'Łukasz' }),
      told(2, 0, 'przeniesiona'),
      told(3, 1, '', opening(1, 'Anna')),
      told(4, 1, 'refund', { authorId: 'Anna' }),
    ];
    await change(texts.map((text): TextChange => ({ type: 'told', told: text })));
    await write((writer) => writer.forgetPerson(tenantId, 'Łukasz'));
    for (const asked of ['lukasz', 'tajemnica', 'przeniesiona']) expect(await find(asked)).toEqual([]);
    expect((await rows()).join('\n')).not.toMatch(/łukasz|lukasz|tajemnic|przeniesion/i);
    expect(await find('GU-1001')).toHaveLength(1);
    expect(await find('GU-1002')).toHaveLength(1);
    expect(await find('refund')).toEqual(await find('anna'));
    const left = await rows();
    await write((writer) => writer.forgetPerson(tenantId, 'Łukasz'));
    expect(await rows()).toEqual(left);
  });

  it('are one tenant’s', async () => {
    await empty();
    await change([{ type: 'told', told: told(0, 0, 'refund') }]);
    expect(await find('refund')).toHaveLength(1);
    expect(await find('refund', otherTenantId)).toEqual([]);
    expect(await rows(otherTenantId)).toEqual([]);
  });
});
