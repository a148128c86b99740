import fc from 'fast-check';
import { firstParser, formatsOf, swapped, timeParser } from './times.js';

const read = (format: string, text: string, zone = 'UTC') => {
  const at = timeParser(format, zone)(text);
  return at === undefined ? undefined : new Date(at).toISOString();
};

it.each([
  ['yyyy/MM/dd HH:mm:ss.S', '2012/10/09 14:50:17.000', '2012-10-09T14:50:17.000Z'],
  ['yyyy/MM/dd HH:mm:ss.S', '2012/10/09 14:50:17.25', '2012-10-09T14:50:17.250Z'],
  ['d/M/yyyy HH:mm', '29/2/2016 01:16', '2016-02-29T01:16:00.000Z'],
  ['dd.MM.yy', '05.07.09', '2009-07-05T00:00:00.000Z'],
  ['dd.MM.yy', '05.07.99', '1999-07-05T00:00:00.000Z'],
  ['M/d/yyyy h:mm a', '3/9/2025 12:05 AM', '2025-03-09T00:05:00.000Z'],
  ['M/d/yyyy h:mm a', '3/9/2025 12:05 p.m.', '2025-03-09T12:05:00.000Z'],
  ["d MMM yyyy 'at' HH:mm", '7 Sept 2024 at 08:30', '2024-09-07T08:30:00.000Z'],
  ['MMMM d, yyyy', 'January 2, 2024', '2024-01-02T00:00:00.000Z'],
  ['yyyy-MM-ddTHH:mm:ssX', '2024-01-02T03:04:05+0530', '2024-01-01T21:34:05.000Z'],
  ['iso', '2024-01-02T03:04:05.678901Z', '2024-01-02T03:04:05.678Z'],
  ['iso', '2024-01-02 03:04', '2024-01-02T03:04:00.000Z'],
  ['iso', '2024-01-02T03:04:05-02', '2024-01-02T05:04:05.000Z'],
  ['iso', '2024-01-02', '2024-01-02T00:00:00.000Z'],
  ['iso', '2024-01-02 03:04:05 UTC', '2024-01-02T03:04:05.000Z'],
  ['iso', '0001-01-01 00:00', '0001-01-01T00:00:00.000Z'],
  ['iso', '0096-02-29T00:00:00Z', '0096-02-29T00:00:00.000Z'],
  ['dd.MM.yyyy', '01.02.0099', '0099-02-01T00:00:00.000Z'],
  ['EEE, d MMM yyyy HH:mm:ss X', 'Thu, 07 Mar 2024 08:30:00 +0100', '2024-03-07T07:30:00.000Z'],
  ['excel', '45000.75', '2023-03-15T18:00:00.000Z'],
  ['excel', '45000,5', '2023-03-15T12:00:00.000Z'],
  ['unix-seconds', '1746425400.5', '2025-05-05T06:10:00.500Z'],
  ['unix-milliseconds', '1746425400500', '2025-05-05T06:10:00.500Z'],
])('%s reads %s', (format, text, expected) => expect(read(format, text)).toBe(expected));

it.each([
  ['d/M/yyyy HH:mm', '31/4/2016 01:16'],
  ['d/M/yyyy HH:mm', '29/2/2015 01:16'],
  ['d/M/yyyy HH:mm', '1/13/2016 01:16'],
  ['d/M/yyyy HH:mm', '1/1/2016 24:00'],
  ['d/M/yyyy HH:mm', '1/1/2016 10:60'],
  ['d/M/yyyy HH:mm', '1/1/2016 10:00 '],
  ['M/d/yyyy h:mm a', '3/9/2025 13:05 AM'],
  ['MMM d yyyy', 'Foo 1 2024'],
  ['iso', 'yesterday'],
  ['iso', '0100-02-29'],
  ['excel', '0.5'],
  ['excel', '2024-01-01'],
  ['iso', '20240102'],
  ['unix-seconds', '12 o’clock'],
])('%s refuses %s', (format, text) => expect(read(format, text)).toBeUndefined());

it.each([
  ['2025-03-30T02:30', '2025-03-30T01:30:00.000Z', 'in the gap moves forward by the gap'],
  ['2025-10-26T02:30', '2025-10-26T00:30:00.000Z', 'that comes twice is the first'],
  ['2025-07-01T12:00', '2025-07-01T10:00:00.000Z', 'in summer'],
  ['2025-07-01T12:00Z', '2025-07-01T12:00:00.000Z', 'with an offset of its own'],
])('Paris: %s is %s (%s)', (text, expected) => expect(read('iso', text, 'Europe/Paris')).toBe(expected));

it.each([
  ['dd.MM.yyyy QQ', /"Q" in/],
  ['HH:mm', /names no year, month and day/],
  ['dd.MM.yyyy MM', /names a part of the time twice/],
])('a format such as %s is a mistake', (format, message) => expect(() => timeParser(format, 'UTC')).toThrow(message));

it('an unknown zone is a mistake', () => expect(() => timeParser('iso', 'Europe/Atlantis')).toThrow(/no time zone/));

it('tries formats in order', () => {
  const parse = firstParser(['d/M/yyyy', 'M/d/yyyy'], 'UTC');
  expect([parse('3/4/2025'), parse('3/14/2025'), parse('x')]).toEqual([
    Date.UTC(2025, 3, 3),
    Date.UTC(2025, 2, 14),
    undefined,
  ]);
});

it('reads back what it is the format of', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_799_999 }), (at) => {
      const text = new Date(at).toISOString();
      expect(timeParser('iso', 'UTC')(text)).toBe(at);
      expect(timeParser('yyyy-MM-ddTHH:mm:ss.SX', 'Asia/Kolkata')(text)).toBe(at);
    }),
  ));

it.each([
  ['fr', 'd MMMM yyyy', '7 février 2024', '2024-02-07'],
  ['fr', 'd MMM yyyy', '7 juil. 2024', '2024-07-07'],
  ['de', 'd. MMM yyyy', '7. März 2024', '2024-03-07'],
  ['pl', 'd MMMM yyyy', '7 marca 2024', '2024-03-07'],
])('month names of %s: %s reads %s', (locale, format, text, day) => {
  expect(new Date(timeParser(format, 'UTC', { locale })(text)!).toISOString().slice(0, 10)).toBe(day);
  expect(timeParser(format, 'UTC', { locale })(text.replace(/\p{L}+/u, 'ju'))).toBeUndefined();
});

it.each([
  ['01/02/2024 10:00', 'd/M/yyyy H:mm'],
  ['01/13/2024 10:00', 'M/d/yyyy H:mm'],
  ['1.2.24', 'd.M.yy'],
  ['2024-03-07T08:30:00Z', 'iso'],
  ['1746425400', 'unix-seconds'],
  ['1746425400123', 'unix-milliseconds'],
  ['45123.5', 'excel'],
  ['Mar 7, 2024, 8:30 AM', 'MMM d, yyyy, h:mm a'],
])('%s is of the form %s', (text, format) => expect(formatsOf(text)[0]).toBe(format));

it.each([
  ['d/M/yyyy', 'M/d/yyyy'],
  ['MM-dd-yy', 'dd-MM-yy'],
  ['dd.MM.yyyy', undefined],
  ['yyyy/MM/dd', undefined],
  ['d MMM yyyy', undefined],
  ['iso', undefined],
])('%s with day and month exchanged is %p', (format, expected) => expect(swapped(format)).toBe(expected));
