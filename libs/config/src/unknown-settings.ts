import { closest } from './closest.js';
import { productNames } from './known-names.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Names that begin so are nobody else's. KAFKA_ is not among them (an image of Kafka reads KAFKA_NODE_ID and dozens
 * more), nor is IDENTITY_ (clouds give a process its own identity by IDENTITY_ENDPOINT).
 */
const ourPrefixes = ['GUICHET_', 'OIDC_', 'RATE_LIMIT_', 'LIVE_STREAMS_'];
const ofTests = 'GUICHET_TEST_';
/** Shorter settings (HOST, PORT) are near to names that every system has, such as HOME. */
const leastLength = 8;
const mostEdits = 2;

/** What Kubernetes and Docker tell each container of the others, by their names: a service `guichet-intake` is enough. */
const injected = [
  /_SERVICE_HOST$/,
  /_SERVICE_PORT(_[A-Z0-9_]+)?$/,
  /_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/,
] as const;
const isInjected = (name: string, value: string): boolean =>
  injected.some((pattern) => pattern.test(name)) || (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value));

/**
 * Variables of the environment that look like settings and are none, a sentence each. Values are not shown. Pure.
 * @param read the settings that this process reads
 */
export function unknownSettings(read: readonly string[], env: Environment): string[] {
  const known = new Set([...read, ...productNames()]);
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (value === '' || isInjected(name, value)) return [];
    const [base, suffix] = name.endsWith('_FILE') ? [name.slice(0, -'_FILE'.length), '_FILE'] : [name, ''];
    if (known.has(name) || known.has(base) || name.startsWith(ofTests)) return [];
    const meant =
      closest(base, read.filter(isLong), mostEdits) ?? (isOurs(name) ? closest(base, [...known]) : undefined);
    if (meant !== undefined) return `${name} is no setting; did you mean ${meant}${suffix}?`;
    return isOurs(name) ? `${name} is no setting. docs/generated/settings.md has all of them.` : [];
  });
}

const isOurs = (name: string): boolean => ourPrefixes.some((prefix) => name.toUpperCase().startsWith(prefix));
const isLong = (name: string): boolean => name.length >= leastLength;
