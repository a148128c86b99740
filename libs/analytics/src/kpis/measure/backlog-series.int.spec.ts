import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { start, tenantId, ticketIdOf, TicketStory } from '../../../testing/ticket-story.js';
import { measureBacklog, measureSegments } from './backlog.query.js';
import type { BacklogScope } from '../sql/backlog-sql.js';
import { ticketKpiOf } from '../definitions/catalogue.js';
import { FiguresDatabase } from '../../../testing/figures-database.node.js';
import { KpisQuery } from '../answers/kpis.query.js';
import type { Measures } from './measures.js';
import { bucketsOf, periodOf } from '../definitions/period.js';
import { questionOf } from '../definitions/question.js';

let figures: FiguresDatabase;
let kpis: KpisQuery;
beforeAll(async () => {
  figures = await FiguresDatabase.create();
  kpis = new KpisQuery(figures.tenants);
});
afterAll(() => figures.drop());

const hourMs = 3_600_000;

/** Every other event at a full hour exactly: the edges are where mistakes are. */
const pause = fc.oneof(
  fc.nat(80).map((halfHours) => halfHours * 30),
  fc.nat(300),
);
const department = fc.constantFrom('billing', 'technical', 'sales');
const story = (number: number) =>
  fc
    .record({
      opened: pause,
      first: department,
      steps: fc.array(fc.record({ pause, to: department }), { maxLength: 6 }),
    })
    .map(({ opened, first, steps }) => {
      const ticket = new TicketStory(ticketIdOf(number)).told('TicketOpened', opened, { departmentId: first });
      let [minute, from, isOpen] = [opened, first, true];
      for (const { pause: wait, to } of steps) {
        minute += wait;
        if (!isOpen) ticket.did('TicketReopened', minute);
        else if (to === from) ticket.did('TicketResolved', minute);
        else ticket.did('TicketTransferred', minute, { fromDepartmentId: from, toDepartmentId: to });
        isOpen = !isOpen || to !== from;
        from = to;
      }
      return ticket;
    });
const stories = fc.tuple(...Array.from({ length: 8 }, (_, i) => story(i + 1)));

const asked = fc.record({
  bucket: fc.constantFrom('hour' as const, 'day' as const, 'week' as const),
  timeZone: fc.constantFrom(
    'Etc/UTC',
    'Europe/Paris',
    'America/New_York',
    'Pacific/Auckland',
    'Asia/Tokyo',
    'Asia/Kolkata',
  ),
  fromHour: fc.integer({ min: -60, max: 100 }),
  hours: fc.integer({ min: 3, max: 400 }),
  lastMinutes: fc.constantFrom(0, 17, 47),
  nowAfterMinutes: fc.constantFrom(0, 20, 2000),
  earlierMs: fc.constantFrom(0, 1),
  groupBy: fc.constantFrom('department' as const, undefined),
  filters: fc.constantFrom({}, { department: ['billing'] }, { department: ['sales', 'technical'] }),
});

const contents = (measures: Measures, instants: number) =>
  [undefined, ...[...measures.groups].sort()].map((group) => [
    group ?? 'all',
    Array.from({ length: instants }, (_, bucket) => measures.get('backlog', { group, bucket }).n),
  ]);

it(
  'tells the same from cells as from the segments themselves',
  () => {
    const same = fc.asyncProperty(
      stories,
      fc.array(asked, { minLength: 12, maxLength: 12 }),
      async (told, questions) => {
        await figures.apply(told.flatMap(({ intake, routing }) => [...intake, ...routing]));
        for (const {
          bucket,
          timeZone,
          fromHour,
          hours,
          lastMinutes,
          nowAfterMinutes,
          earlierMs,
          ...rest
        } of questions) {
          const fromMs = start + fromHour * hourMs;
          const toMs = fromMs + hours * hourMs + lastMinutes * 60_000;
          const instants = bucketsOf(periodOf(fromMs, toMs, timeZone), bucket).map((one) => one.toMs - earlierMs);
          const question = { ...questionOf(ticketKpiOf('backlog')!, {}, { timeZone }), ...rest };
          const nowMs = (instants.at(-1) ?? 0) + nowAfterMinutes * 60_000;
          const scope: BacklogScope = { tenantId, question, instants };
          await kpis.snapshot(tenantId, async (client) => {
            const expected = contents(await measureSegments(client, scope), instants.length);
            expect(contents(await measureBacklog(client, scope, nowMs), instants.length)).toEqual(expected);
          });
        }
      },
    );
    return fc.assert(
      same.afterEach(() => figures.empty()),
      { numRuns: effort(8, 320) },
    );
  },
  effort(120_000, 1_800_000),
);
