import { validateEventData } from '@guichet/contracts';
import { firstDay, largeTenant, type LifeEvent, ticketLives } from './lives.js';
import { copyRows, noPlaces } from './received-log-rows.js';

const twoDays = { tickets: 400, to: firstDay + 2 * 86_400_000 };
const events = (seed?: number): LifeEvent[] => [...ticketLives({ ...twoDays, ...(seed && { seed }) })].flat();

it('tells as many tickets as asked for, in the order of time and of each stream, for one large tenant and small ones', () => {
  const all = events();
  const opened = all.filter(({ type }) => type === 'TicketOpened');
  expect(opened).toHaveLength(400);
  expect(opened.every(({ at }) => at >= firstDay && at < twoDays.to)).toBe(true);
  expect(all.every(({ at }, i) => at >= (all[i - 1]?.at ?? 0))).toBe(true);
  const versions = new Map<string, number>();
  for (const { streamId, version } of all) {
    expect([streamId, version]).toEqual([streamId, (versions.get(streamId) ?? 0) + 1]);
    versions.set(streamId, version);
  }
  const large = opened.filter(({ tenantId }) => tenantId === largeTenant).length;
  expect(large).toBeGreaterThan(360);
  expect(large).toBeLessThan(400);
});

it('tells the same with the same seed, and what the contracts allow', () => {
  expect(events(1)).toEqual(events());
  expect(events(2)).not.toEqual(events());
  for (const { source, type, data } of events()) {
    expect([type, validateEventData(source, type, data)]).toEqual([type, []]);
  }
});

it('counts positions on from list to list', () => {
  const places = noPlaces();
  const rows = [...copyRows(ticketLives(twoDays), places)].join('').trimEnd().split('\n');
  expect(rows.map((row) => Number(row.split('\t')[0]))).toEqual(rows.map((_, i) => i + 1));
  expect(places.received).toBe(places.intake + places.routing);
});
