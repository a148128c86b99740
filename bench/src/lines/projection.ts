import { deriveFact, foldEvent, isHandlingEvent, isIntakeEvent, newFold, Rollup } from '@guichet/analytics/parts';
import type { TicketFact, TicketFold } from '@guichet/analytics/parts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { BenchContext, BenchLine } from '../line.js';
import { atLeast, figure, interleave, ratio, secondsOf } from '../rounds.js';
import { FiguresDatabase } from '../tickets/figures-database.js';
import { firstDay, ticketLives } from '../tickets/lives.js';
import { openOneByOne } from '../tickets/one-by-one.js';

/** A million tickets in 400 days. */
const ticketsADay = 2500;

export const projection: BenchLine = {
  id: 'projection',
  title: 'Analytics projection, from the received log into facts and cells',
  seconds: 360,
  async run(context) {
    const figures = await filledLog(context, context.isQuick ? 2500 : 118_000);
    const events = figures.places.received;
    const few = context.isQuick ? 300 : 1500;
    const oneByOne = await openOneByOne(context, figures, few);
    const rates = await interleave(
      {
        ours: async () => {
          await figures.empty();
          return events / (await figures.project());
        },
        folding: async () => events / (await foldAlone(figures, events)),
        sample: () => oneByOne.eventsPerSecond(),
        oursOneByOne: async () => {
          await figures.empty();
          return few / (await figures.project({ upTo: few, batchSize: 1 }));
        },
      },
      { rounds: context.isQuick ? 2 : 3, warmUps: 0 },
    );
    return {
      figures: [
        figure('projection', 'events/s', rates.ours),
        ratio('÷ one transaction per event', rates.ours, rates.sample, atLeast(75)),
        ratio('÷ folding alone, nothing written', rates.ours, rates.folding, atLeast(0.7)),
        ratio('÷ the same projection in batches of one', rates.ours, rates.oursOneByOne),
      ],
      notes: [
        `${events.toLocaleString('en')} events of ${ticketsADay.toLocaleString('en')} tickets a day through ProjectionRunner, from empty tables.`,
        `One transaction per event: ${few} events, a row per ticket with ten columns, a counter per hour and the checkpoint, by ` +
          'prepared statements; the product keeps 65 columns, the moments, the spans of the backlog and five kinds of cells.',
        'Folding alone: the log read and parsed, facts derived, cells summed and packed by the same functions, all tickets in memory.',
      ],
    };
  },
};

async function filledLog(context: BenchContext, tickets: number): Promise<FiguresDatabase> {
  const figures = await FiguresDatabase.create(await context.database('bench_projection'));
  context.after(() => figures.close());
  await figures.load(ticketLives({ tickets, to: firstDay + (tickets / ticketsADay) * 86_400_000 }));
  return figures;
}

/**
 * Seconds to read, parse and fold the log by the product's own functions, all tickets in memory and nothing written.
 */
async function foldAlone(figures: FiguresDatabase, events: number): Promise<number> {
  const tickets = new Map<string, { readonly fold: TicketFold; before: TicketFact | undefined }>();
  return secondsOf(async () => {
    for (let position = 0; position < events;) {
      const page = await figures.receivedLog.reader.read(position, 10_000);
      position += page.length;
      foldPage(page, tickets);
    }
  });
}

function foldPage(
  page: readonly RecordedEvent[],
  tickets: Map<string, { readonly fold: TicketFold; before: TicketFact | undefined }>,
): number {
  const touched = new Set<{ readonly fold: TicketFold; before: TicketFact | undefined }>();
  for (const event of page) {
    if (!isIntakeEvent(event) && !isHandlingEvent(event)) continue;
    const { ticketId } = event.data;
    let ticket = tickets.get(ticketId);
    if (!ticket) tickets.set(ticketId, (ticket = { fold: newFold(event.tenantId, ticketId), before: undefined }));
    foldEvent(ticket.fold, event);
    touched.add(ticket);
  }
  const rollup = new Rollup();
  for (const ticket of touched) {
    const after = deriveFact(ticket.fold);
    rollup.move(ticket.before, after);
    ticket.before = after;
  }
  return rollup.changes().reduce((bytes, { delta }) => bytes + (delta.pack()?.length ?? 0), 0);
}
