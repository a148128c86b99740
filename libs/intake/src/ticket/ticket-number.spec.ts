import { countOf, formatTicketNumber } from './ticket-number.js';

it('reads what it writes', () => expect(countOf(formatTicketNumber(1042))).toBe(1042));
it.each(['GU-0', 'GU-007', 'GU-', 'INC0000045', 'GU-1042 ', 'gu-1042', 'GU-99999999999999999999'])(
  'does not take %p for one of ours',
  (number) => expect(countOf(number)).toBeUndefined(),
);
