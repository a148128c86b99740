import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { bucketsOf, endOfLocalDay, instantText, momentOf, periodOf, startOfLocalDay, timeZoneOf } from './period.js';

const hourMs = 3_600_000;
const period = (from: string, to: string, zone: string) =>
  periodOf(momentOf(from, zone, 'from'), momentOf(to, zone, 'to'), zone);
const lengths = (from: string, to: string, zone: string, unit: 'hour' | 'day' | 'week' | 'month') =>
  bucketsOf(period(from, to, zone), unit).map(({ label, fromMs, toMs }) => [label, (toMs - fromMs) / hourMs]);
const code = (ask: () => unknown) => {
  try {
    ask();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('an end of a period', () => {
  it('is the first instant of a local date', () => {
    expect(instantText(momentOf('2026-01-01', 'Europe/Paris', 'from'))).toBe('2025-12-31T23:00:00Z');
    expect(instantText(momentOf('2026-07-01', 'America/St_Johns', 'from'))).toBe('2026-07-01T02:30:00Z');
  });
  it('is an instant with any offset, even one whose plus sign was not encoded', () => {
    expect(momentOf('2026-01-01T00:00:00Z', 'Europe/Paris', 'from')).toBe(Date.UTC(2026, 0, 1));
    expect(momentOf('2026-01-01T01:00+01:00', 'Europe/Paris', 'from')).toBe(Date.UTC(2026, 0, 1));
    expect(momentOf('2026-01-01T01:00 01:00', 'Europe/Paris', 'from')).toBe(Date.UTC(2026, 0, 1));
  });
  it.each(['2026-02-30', '2026-1-1', '2026-01-01T09:00', 'yesterday', '', '2026-01-01T25:00:00Z', '20260101'])(
    'is not %p',
    (text) => expect(code(() => momentOf(text, 'Etc/UTC', 'from'))).toBe('invalid-time'),
  );
  it('lies in a sensible century', () =>
    expect(code(() => momentOf('0001-01-01', 'Etc/UTC', 'from'))).toBe('time-out-of-range'));
});

describe('a time zone', () => {
  it('is an IANA name in any spelling', () => expect(timeZoneOf('europe/paris')).toBe('Europe/Paris'));
  it.each(['Mars/Olympus', '+01:00', '', 'Europe/Paris; drop table'])('is not %p', (name) =>
    expect(code(() => timeZoneOf(name))).toBe('unknown-time-zone'),
  );
});

describe('a period', () => {
  it('is not reversed or empty', () => {
    expect(code(() => period('2026-02-01', '2026-01-01', 'Etc/UTC'))).toBe('reversed-period');
    expect(code(() => period('2026-02-01', '2026-02-01', 'Etc/UTC'))).toBe('reversed-period');
  });
});

describe('buckets', () => {
  it.each(['Europe/Paris', 'Europe/Rome'])('give %s a day of 23 hours in spring and of 25 in autumn', (zone) => {
    expect(lengths('2026-03-28', '2026-03-31', zone, 'day')).toEqual([
      ['2026-03-28', 24],
      ['2026-03-29', 23],
      ['2026-03-30', 24],
    ]);
    expect(lengths('2026-10-25', '2026-10-26', zone, 'day')).toEqual([['2026-10-25', 25]]);
    expect(lengths('2026-10-25', '2026-10-26', zone, 'hour')).toHaveLength(25);
  });
  it('name the hour that comes twice apart by its offset', () => {
    const labels = lengths('2026-10-25', '2026-10-26', 'Europe/Paris', 'hour').map(([label]) => label);
    expect(labels.slice(2, 4)).toEqual(['2026-10-25T02:00+02:00', '2026-10-25T02:00+01:00']);
  });
  it('have no bucket for the date that Samoa skipped', () => {
    expect(lengths('2011-12-29', '2012-01-01', 'Pacific/Apia', 'day')).toEqual([
      ['2011-12-29', 24],
      ['2011-12-31', 24],
    ]);
    expect(period('2011-12-30', '2012-01-01', 'Pacific/Apia').fromMs).toBe(
      momentOf('2011-12-31', 'Pacific/Apia', 'from'),
    );
  });
  it('stay on the minutes of a half-hour zone', () => {
    const [first] = bucketsOf(period('2026-07-01', '2026-07-02', 'America/St_Johns'), 'hour');
    expect(instantText(first?.fromMs ?? 0)).toBe('2026-07-01T02:30:00Z');
    expect(first?.label).toBe('2026-07-01T00:00-02:30');
  });
  it('number ISO weeks over the turn of the year', () => {
    expect(lengths('2009-12-28', '2010-01-11', 'Etc/UTC', 'week').map(([label]) => label)).toEqual([
      '2009-W53',
      '2010-W01',
    ]);
  });
  it('are clipped to the period at both ends', () => {
    const buckets = bucketsOf(period('2026-01-15T12:00:00Z', '2026-02-03', 'Etc/UTC'), 'month');
    expect(buckets.map(({ label, fromMs, toMs }) => [label, instantText(fromMs), instantText(toMs)])).toEqual([
      ['2026-01', '2026-01-15T12:00:00Z', '2026-02-01T00:00:00Z'],
      ['2026-02', '2026-02-01T00:00:00Z', '2026-02-03T00:00:00Z'],
    ]);
  });
  it('are at most 5,000', () => {
    expect(bucketsOf(period('2026-01-01', '2026-07-28T08:00:00Z', 'Etc/UTC'), 'hour')).toHaveLength(5_000);
    expect(code(() => bucketsOf(period('2026-01-01', '2026-07-28T08:00:01Z', 'Etc/UTC'), 'hour'))).toBe(
      'too-many-buckets',
    );
  });

  it.each([
    ['Australia/Lord_Howe', '2025-10-05T01:00+10:30', '2025-10-05T05:00+11:00'],
    ['Australia/Lord_Howe', '2026-04-05T00:00+11:00', '2026-04-05T04:00+10:30'],
    ['Pacific/Chatham', '2025-09-28T00:00+12:45', '2025-09-28T06:00+13:45'],
    ['Pacific/Chatham', '2026-04-05T00:00+13:45', '2026-04-05T06:00+12:45'],
    ['Asia/Kathmandu', '2026-01-01T00:00+05:45', '2026-01-01T05:00+05:45'],
    ['Asia/Kathmandu', '1985-12-31T22:00+05:30', '1986-01-01T03:00+05:45'],
    ['America/St_Johns', '2010-11-06T22:30-02:30', '2010-11-07T02:00-03:30'],
    ['America/St_Johns', '2010-03-13T22:30-03:30', '2010-03-14T03:00-02:30'],
    ['America/Caracas', '2016-05-01T01:00-04:30', '2016-05-01T05:00-04:00'],
    ['Asia/Pyongyang', '2018-05-04T21:00+08:30', '2018-05-05T02:00+09:00'],
    ['Europe/Dublin', '2026-10-25T00:00+01:00', '2026-10-25T04:00+00:00'],
    ['Africa/Monrovia', '1972-01-06T21:00Z', '1972-01-07T03:00Z'],
  ])('of %s are the hours of its clock, minute by minute, from %s', (zone, from, to) => {
    const asked = period(from, to, zone);
    const clock = new Intl.DateTimeFormat('en-CA', {
      ...{ timeZone: zone, hourCycle: 'h23', timeZoneName: 'longOffset' },
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' },
    });
    const shownAt = (ms: number) => {
      const parts = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, value]));
      return [`${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:00`, parts['timeZoneName']] as const;
    };
    /** When the clock began to show each hour with each offset, in order. */
    const shown: [string, number][] = [];
    for (let ms = asked.fromMs; ms < asked.toMs; ms += 30_000) {
      const text = shownAt(ms).join(' ');
      if (shown.at(-1)?.[0] !== text) shown.push([text, ms]);
    }
    const buckets = bucketsOf(asked, 'hour');
    expect(buckets.map(({ fromMs }) => instantText(fromMs))).toEqual(shown.map(([, ms]) => instantText(ms)));
    for (const { label, fromMs, toMs } of buckets) {
      expect([fromMs, toMs - 1].map((ms) => shownAt(ms)[0])).toEqual([label.slice(0, 16), label.slice(0, 16)]);
    }
  });

  const zones = [
    ...['Etc/UTC', 'Europe/Paris', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe', 'Asia/Beirut'],
    ...['Pacific/Chatham', 'Asia/Kathmandu'],
  ];
  const anyPeriod = fc
    .tuple(
      fc.integer({ min: Date.UTC(2005, 0), max: Date.UTC(2030, 0) }),
      fc.integer({ min: 1, max: 150 * 24 * hourMs }),
      fc.constantFrom(...zones),
    )
    .map(([fromMs, lengthMs, zone]) => periodOf(fromMs, fromMs + lengthMs, zone));
  it.each(['hour', 'day', 'week', 'month'] as const)('of one %s cover every period without gap or overlap', (unit) =>
    fc.assert(
      fc.property(anyPeriod, (asked) => {
        const buckets = bucketsOf(asked, unit);
        expect(buckets[0]?.fromMs).toBe(asked.fromMs);
        expect(buckets.at(-1)?.toMs).toBe(asked.toMs);
        buckets.slice(1).forEach((bucket, i) => expect(bucket.fromMs).toBe(buckets[i]?.toMs));
        expect(new Set(buckets.map(({ label }) => label)).size).toBe(buckets.length);
      }),
      { numRuns: effort(60, 2400) },
    ),
  );
});

it('finds the local midnights around an instant', () => {
  const noon = Date.UTC(2011, 11, 29, 22);
  expect(instantText(startOfLocalDay(noon, 'Pacific/Apia'))).toBe('2011-12-29T10:00:00Z');
  expect(instantText(endOfLocalDay(noon, 'Pacific/Apia'))).toBe('2011-12-30T10:00:00Z');
});
