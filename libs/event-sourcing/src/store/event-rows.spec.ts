import fc from 'fast-check';
import { isoTime } from './event-rows.js';

describe('isoTime', () => {
  it('formats every time as Date does', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(isoTime(date.getTime())).toBe(date.toISOString());
      }),
    );
  });
});
