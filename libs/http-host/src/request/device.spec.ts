import { deviceOf } from './device.js';

const mac =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15';

it.each([
  ['desktop', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0'],
  ['desktop', mac],
  [
    'mobile',
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  ],
  [
    'tablet',
    'Mozilla/5.0 (Linux; Android 13; SM-X906C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ],
  ['bot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['bot', 'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)'],
  ['unknown', 'curl/8.5.0'],
  ['unknown', 'Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/538.1 (KHTML, like Gecko) TV Safari/538.1'],
  ['unknown', ''],
  ['unknown', undefined],
])('is %s for %s', (device, userAgent) => expect(deviceOf(userAgent)).toBe(device));

it('sees through a tablet that calls itself a Mac', () => expect(deviceOf(mac, true)).toBe('tablet'));

it('believes a Windows machine with a touch screen', () =>
  expect(deviceOf('Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0', true)).toBe(
    'desktop',
  ));

it('survives a user agent of any length', () => expect(deviceOf('('.repeat(100_000))).toBe('unknown'));
