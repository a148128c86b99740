/** Which class of device a request came from. */
import bowser from 'bowser';

const maxUserAgentLength = 1_000;
const classes = ['desktop', 'mobile', 'tablet', 'bot'] as const;
export type Device = (typeof classes)[number] | 'unknown';
const bots = /bot\b|crawler|spider|slurp|headless/i;

/**
 * The device class that a User-Agent tells of. Tablets that ask for desktop pages (iPadOS since 13) look like a Mac:
 * `touch` is what the page knows better, since no Mac has a touch screen.
 */
export function deviceOf(userAgent: string | undefined, touch = false): Device {
  if (userAgent === undefined || userAgent === '') return 'unknown';
  const known = userAgent.slice(0, maxUserAgentLength);
  if (bots.test(known)) return 'bot';
  const { platform, os } = bowser.parse(known);
  // Televisions and whatever else there is are no class of their own.
  const device = classes.find((known) => known === platform.type) ?? 'unknown';
  return device === 'desktop' && touch && os.name === bowser.OS_MAP['MacOS'] ? 'tablet' : device;
}
