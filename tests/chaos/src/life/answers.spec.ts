import { meaningOf } from './answers.js';

it.each([
  [200, '', 'done'],
  [201, '', 'done'],
  [409, 'ticket-not-open', 'refused'],
  [404, 'unknown-ticket', 'refused'],
  [409, 'concurrent-change', 'again'],
  [503, 'database-unavailable', 'again'],
  [503, '', 'unclean'],
  [500, 'internal-error', 'unclean'],
  [502, '', 'unclean'],
  [401, 'invalid-token', 'unclean'],
])('takes %i %s for %s', (status, code, meaning) => {
  expect(meaningOf({ status, code })).toBe(meaning);
});
