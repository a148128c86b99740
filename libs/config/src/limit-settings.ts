import { type Settings, setting } from './settings.js';

const perSecond = (name: string, byDefault: number, description: string) =>
  setting.integer({ name, default: byDefault, min: 0, max: 1_000_000, description });

/** How much one client, one tenant or one address may ask for. Counted in each process by itself. */
export const limitSettings = {
  clientRate: perSecond(
    'RATE_LIMIT_CLIENT',
    100,
    'Requests per second of one person or program (`sub`), on average. A write counts as two. 0 limits nothing. Each replica counts for itself.',
  ),
  readerRate: perSecond(
    'RATE_LIMIT_READER',
    20,
    'Requests per second of one reader without an account, as a portal names them by `Guichet-Reader`. The token that a portal has for its readers counts as one client only where it names no reader.',
  ),
  tenantRate: perSecond(
    'RATE_LIMIT_TENANT',
    200,
    'Requests per second of all clients of a tenant together. Requests that are refused do not count here.',
  ),
  importRate: perSecond(
    'RATE_LIMIT_IMPORTS',
    50,
    'Requests per second of a tenant to the import endpoints. They do not count elsewhere. Imports that are refused count for their client instead.',
  ),
  addressRate: perSecond(
    'RATE_LIMIT_ADDRESS',
    50,
    'Requests per second without a usable access token (also to the token endpoint), of one address; IPv6 by /64.',
  ),
  burstSeconds: setting.integer({
    name: 'RATE_LIMIT_BURST_SECONDS',
    default: 5,
    min: 1,
    max: 3600,
    description: 'A client, tenant or address that has been quiet may send the requests of so many seconds at once.',
  }),
  liveStreamsPerTenant: setting.integer({
    name: 'LIVE_STREAMS_PER_TENANT',
    default: 1000,
    min: 0,
    description: 'Server-Sent Event streams of a tenant that may be open at once, in each replica. 0 limits nothing.',
  }),
  liveStreamsPerClient: setting.integer({
    name: 'LIVE_STREAMS_PER_CLIENT',
    default: 100,
    min: 0,
    description:
      'How many of them one person or program (`sub`) may have open at once, in each replica. 0 limits nothing.',
  }),
  requestsInProgress: setting.integer({
    name: 'REQUESTS_IN_PROGRESS',
    default: 32,
    min: 0,
    max: 10_000,
    description:
      'Requests that a process works on at once. The other requests wait, and tenants take turns for these places. 0 lets all requests in at once. Open live streams and requests of operators need no place.',
  }),
  requestsInProgressPerTenant: setting.integer({
    name: 'REQUESTS_IN_PROGRESS_TENANT',
    default: 4,
    min: 1,
    max: 10_000,
    description:
      'Requests of one tenant that a process works on at once while other tenants ask as well. A tenant with more than 16 waiting requests gets one place. A tenant that has been alone for ten seconds gets all places but one. The clients of a tenant take turns.',
  }),
  requestsWaiting: setting.integer({
    name: 'REQUESTS_WAITING',
    default: 1000,
    min: 1,
    max: 100_000,
    description:
      'Requests that may wait for a place, in all. When one more comes, the newest request of the longest queue is refused with 503.',
  }),
  requestsWaitingPerTenant: setting.integer({
    name: 'REQUESTS_WAITING_TENANT',
    default: 200,
    min: 1,
    max: 100_000,
    description:
      'Requests of one tenant that may wait. When one more comes, the newest request of the client with most waiting requests is refused with 429.',
  }),
  trustedProxies: setting.list({
    name: 'TRUSTED_PROXIES',
    default: [],
    description:
      'Addresses or networks (10.0.0.0/8) of the gateways before this process: only from them X-Forwarded-For says who asks. A gateway that is not named here makes all who send no access token through it share one allowance (RATE_LIMIT_ADDRESS): a flood of one of them is refused for all of them. Access tokens that are good, and clients that have signed in before, are never refused for it.',
  }),
} as const;

export type LimitSettings = Settings<typeof limitSettings>;
