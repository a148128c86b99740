import { fits, isInstant, isLocale, isStorable } from './text-rules.js';

it.each([
  '2026-03-02T09:00:00Z',
  '2024-02-29T23:59:59.999999999Z',
  '2026-03-02T09:00:00+14:00',
  '1970-01-01T00:00:00Z',
])('takes %s as an instant', (text) => expect(isInstant(text)).toBe(true));
it.each([
  '2026-03-02',
  '2026-03-02T09:00:00',
  '2026-03-02 09:00:00Z',
  '2026-02-29T09:00:00Z',
  '2026-13-01T09:00:00Z',
  '2026-00-01T09:00:00Z',
  '2026-03-02T24:00:00Z',
  '2026-03-02T09:60:00Z',
  '2026-03-02T09:00:60Z',
  '2026-03-02T09:00:00+15:00',
  '1969-12-31T23:59:59Z',
  '9999-01-01T00:00:00Z',
  '+12026-03-02T09:00:00Z',
])('refuses %s', (text) => expect(isInstant(text)).toBe(false));

it('counts characters, not code units', () => {
  expect(fits('🎫🎫', 1, 2)).toBe(true);
  expect(fits('🎫🎫🎫', 1, 2)).toBe(false);
  expect(fits('🎫', 2, 4)).toBe(false);
});

it('knows what can be stored', () => {
  expect(isStorable('é🎫')).toBe(true);
  expect(isStorable('a\u0000')).toBe(false);
  expect(isStorable('\udc00a')).toBe(false);
});

it('takes language tags in canonical form only', () => {
  expect(['pl', 'fr-CA', 'zh-Hant'].every(isLocale)).toBe(true);
  expect(['', 'PL', 'fr_CA', 'fr-ca', 'x', 'not a tag'].some(isLocale)).toBe(false);
});
