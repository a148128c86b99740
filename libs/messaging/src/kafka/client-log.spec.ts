import { logLevel } from 'kafkajs';
import { SeldomLines } from '../seldom-lines.js';
import { clientLog } from './client-log.js';
import { Outage } from './outage.js';

let now: number;
let lost: number;
let lines: string[];
let take: ReturnType<typeof clientLog>;

beforeEach(() => {
  [now, lost, lines] = [1_000_000, 0, []];
  const outage = new Outage({ brokersLost: () => void (lost += 1) }, () => now);
  const log = (level: string, message: string, { suppressed }: { readonly suppressed?: unknown }) =>
    void lines.push(`${level} ${message}${typeof suppressed === 'number' ? ` (${suppressed} more)` : ''}`);
  take = clientLog({ log }, outage, new SeldomLines(() => now));
});

const says = (namespace: string, message: string, details = {}, level = logLevel.ERROR) =>
  take({ level, namespace, log: { message, ...details } });
const connectionFails = () =>
  says('Connection', 'Connection error: connect ECONNREFUSED', { broker: '127.0.0.1:9092', stack: '…' });

it('takes a minute of failing connections, and all that follows from them, as one loss', () => {
  for (let i = 0; i < 116; i++, now += 500) {
    connectionFails();
    says('BrokerPool', 'Failed to connect to seed broker, trying another broker from the list', { retryCount: i });
    says('Consumer', `Crash: KafkaJSNumberOfRetriesExceeded`, { retryCount: i });
    says('Consumer', `Restarting the consumer in ${i * 100}ms`);
  }
  expect(lost).toBe(1);
  expect(lines).toEqual([]);
});

it('passes on what is refused, while brokers are away as well', () => {
  connectionFails();
  says('SASLPlainAuthenticator', 'SASL PLAIN authentication failed: no such user');
  says('Connection', 'Response Metadata(key: 3, version: 6)', { error: 'Not authorized to access topics' });
  expect(lines).toHaveLength(2);
});

it('passes on the same once a minute, with how often it came', () => {
  for (let i = 0; i < 61; i++, now += 1_000) says('Runner', `re-joining the group in generation ${i}`);
  expect(lines).toEqual([
    'warn Runner: re-joining the group in generation 0',
    'warn Runner: re-joining the group in generation 60 (59 more)',
  ]);
});

it('passes on different errors in one minute', () => {
  says('Connection', 'Response Fetch(key: 1, version: 11)', { error: 'There is no leader' });
  says('Connection', 'Response Fetch(key: 1, version: 11)', { error: 'Unknown topic' });
  expect(lines).toHaveLength(2);
});

it('takes warnings of the client for information', () => {
  says('Runner', 'The group is rebalancing, re-joining', {}, logLevel.WARN);
  expect(lines).toEqual(['info Runner: The group is rebalancing, re-joining']);
});
