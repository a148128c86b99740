import { correlationFrom } from './correlation.js';

const [trace, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
const known = `00-${trace}-${parent}-01`;

it.each([
  [known, known],
  [`cc-${trace}-${parent}-01`, known],
  [`cc-${trace}-${parent}-01-what-the-future-will-be-like${'x'.repeat(300)}`, known],
  [`${known}-more`, undefined],
  [`${known}-${'x'.repeat(300)}`, undefined],
  [`ff-${trace}-${parent}-01`, undefined],
  [`00-${'0'.repeat(32)}-${parent}-01`, undefined],
  [`00-${trace}-${'0'.repeat(16)}-01`, undefined],
  [` ${known}`, undefined],
  [known.toUpperCase(), undefined],
])('takes the traceparent %p as %p', (traceparent, form) => {
  const correlation = correlationFrom({ traceparent });
  expect(correlation.traceparent).toBe(form);
  expect(correlation.correlationId.length).toBeLessThanOrEqual(36);
});

it('takes a correlation id that is a plain one of 128 characters at most', () => {
  const id = 'a'.repeat(128);
  expect(correlationFrom({ 'x-correlation-id': id }).correlationId).toBe(id);
  for (const bad of [`${id}a`, 'a b', 'a\n', 'é', ''])
    expect(correlationFrom({ 'x-correlation-id': bad }).correlationId).toMatch(/^[0-9a-f-]{36}$/);
});
