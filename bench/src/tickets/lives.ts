/**
 * Tickets as a helpdesk of a year sees them, as public events in the order they happened. The same seed gives the same
 * events. Made hour by hour, so that millions of tickets never stand in memory.
 */
import type { PublicActor, TicketSource } from '@guichet/contracts';
import { type Random, seeded } from '@guichet/testing';
import { lifeOf } from './life.js';

export interface LifeEvent {
  readonly source: TicketSource;
  readonly tenantId: string;
  readonly streamId: string;
  /** From 1 within the stream. */
  readonly version: number;
  readonly type: string;
  readonly data: object;
  readonly actor: PublicActor;
  readonly correlationId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Raised when the same seed gives other events than before: data sets kept on disk are of one version. */
export const livesVersion = 1;

/** The tenant that nearly all tickets belong to; one in fifty belongs to one of the small ones. */
export const largeTenant = '7e000000-0000-4000-8000-000000000000';
const smallTenants = Array.from({ length: 5 }, (_, i) => `7e000000-0000-4000-8000-00000000000${i + 1}`);

export const firstDay = Date.UTC(2025, 3, 1);
/** From the first opening to the last. */
export const openingDays = 400;
export const lastDay = firstDay + openingDays * 86_400_000;

const hourMs = 3_600_000;

export interface LivesOptions {
  /** Of all tenants. */
  readonly tickets: number;
  readonly seed?: number;
  /** Openings are spread over this period; events follow for weeks after it. */
  readonly from?: number;
  readonly to?: number;
}

/** Ascending by `at`, in lists of an hour each. */
export function* ticketLives({
  tickets,
  seed = 1,
  from = firstDay,
  to = lastDay,
}: LivesOptions): Generator<readonly LifeEvent[]> {
  const random = seeded(seed);
  const waiting = new Map<number, LifeEvent[]>();
  const openings = openingTimes(tickets, from, to, random);
  let next = openings.next();
  for (let hour = Math.floor(from / hourMs); !next.done || waiting.size > 0; hour++) {
    for (; !next.done && next.value < (hour + 1) * hourMs; next = openings.next()) {
      for (const event of lifeOf(next.value, tenantOf(random), random)) {
        const due = Math.floor(event.at / hourMs);
        const list = waiting.get(due);
        if (list) list.push(event);
        else waiting.set(due, [event]);
      }
    }
    const due = waiting.get(hour);
    if (!due) continue;
    waiting.delete(hour);
    yield due.sort((a, b) => a.at - b.at);
  }
}

const tenantOf = (random: Random): string =>
  random() < 0.98 ? largeTenant : (smallTenants[Math.floor(random() * smallTenants.length)] ?? largeTenant);

/** Ascending: as many an hour as hours of office, evening, night and weekend have. */
function* openingTimes(count: number, from: number, to: number, random: Random): Generator<number> {
  const hours = Array.from({ length: Math.floor((to - from) / hourMs) }, (_, i) => from + i * hourMs);
  const whole = hours.reduce((sum, hour) => sum + weightOf(hour), 0);
  let given = 0;
  let passed = 0;
  for (const hour of hours) {
    passed += weightOf(hour);
    const due = Math.round((count * passed) / whole);
    const times = Array.from({ length: due - given }, () => hour + Math.floor(random() * hourMs));
    given = due;
    yield* times.sort((a, b) => a - b);
  }
}

function weightOf(hour: number): number {
  const time = new Date(hour);
  const weekend = time.getUTCDay() % 6 === 0 ? 0.25 : 1;
  const ofDay = time.getUTCHours();
  return weekend * (ofDay < 6 ? 0.15 : ofDay < 8 || ofDay > 18 ? 0.5 : 1);
}
