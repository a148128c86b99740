/** A year of tickets that the lines of one run share: it takes minutes to make, and they only read it. */
import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import type { BenchContext } from '../line.js';
import { FiguresDatabase } from './figures-database.js';
import type { Places } from './received-log-rows.js';
import { fillYear } from './year.js';

interface Year {
  readonly database: TestDatabase;
  readonly places: Places;
}

/** By number of tickets. A process measures on one server; the databases go with it. */
const years = new Map<number, Promise<Year>>();

export const yearTickets = ({ isQuick }: BenchContext): number => (isQuick ? 20_000 : 1_000_000);

/** Read models with that many tickets, a multiple of 25, in the year that ends at `lastDay`. */
export async function sharedYear(context: BenchContext, tickets = yearTickets(context)): Promise<FiguresDatabase> {
  let year = years.get(tickets);
  if (!year) years.set(tickets, (year = makeYear(context, tickets)));
  const { database, places } = await year;
  const figures = FiguresDatabase.open(database, places);
  context.after(() => figures.close());
  return figures;
}

async function makeYear({ server, say }: BenchContext, tickets: number): Promise<Year> {
  const begin = performance.now();
  say(`making a year of ${tickets.toLocaleString('en')} tickets …`);
  const { adminUrl } = await server();
  const database = await createTestDatabase('bench_year', { adminUrl });
  const figures = await FiguresDatabase.create(database);
  try {
    await fillYear(figures, tickets, say);
  } finally {
    await figures.close();
  }
  say(`made in ${Math.round((performance.now() - begin) / 1000)} s`);
  return { database, places: figures.places };
}
