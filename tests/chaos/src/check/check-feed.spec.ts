import { followersOf } from '@guichet/contracts';
import { checkFeed, type FeedOf, type TopicRecord } from './check-feed.js';

const record = (position: number, previous: number, partition = 0): TopicRecord => ({
  ...{ position, previous, partition, version: 1, type: 'TicketOpened', tenantId: 'tenant' },
  eventId: `event-${position}`,
  streamId: `ticket-${position}`,
  hash: `hash-${position}`,
});
const topic = [record(1, 0), record(3, 1), record(2, 0, 1), record(4, 2, 1)];
const right: FeedOf = {
  source: 'intake',
  log: [...topic].sort((a, b) => a.position - b.position),
  topic,
  consumers: followersOf('intake').map((consumer) => ({ consumer, rows: topic })),
};
const kindsOf = (feed: FeedOf) => checkFeed(feed).findings.map(({ kind }) => kind);

it('finds nothing where log, topic and received logs are the same', () => {
  expect(checkFeed(right)).toEqual({ findings: [], repeated: 0 });
});

it('counts what came twice, and takes it for once', () => {
  const twice = [...topic, record(1, 0), record(3, 1)];
  expect(checkFeed({ ...right, topic: twice })).toEqual({ findings: [], repeated: 2 });
});

it('finds what the topic lacks, and the gap in its chain', () => {
  const kinds = kindsOf({ ...right, topic: topic.filter(({ position }) => position !== 2) });
  expect(kinds.filter((kind) => kind === 'lost')).toHaveLength(1); // and each consumer has what the topic has not
  expect(kinds.filter((kind) => kind === 'difference')).toHaveLength(right.consumers.length + 1);
});

it('finds what a consumer lacks, has twice, has changed, or has from nowhere', () => {
  const of = (rows: readonly TopicRecord[]): FeedOf => ({ ...right, consumers: [{ consumer: 'routing', rows }] });
  expect(kindsOf(of(topic.slice(1)))).toEqual(['lost']);
  expect(kindsOf(of([...topic, record(1, 0)]))).toEqual(['doubled']);
  expect(kindsOf(of([{ ...record(1, 0), hash: 'another' }, ...topic.slice(1)]))).toEqual(['difference']);
  expect(kindsOf(of([...topic, record(5, 4)]))).toEqual(['difference']);
});

it('finds another event than the log’s in the topic', () => {
  const changed = [{ ...record(1, 0), eventId: 'another' }, ...topic.slice(1)];
  expect(kindsOf({ ...right, topic: changed, consumers: [] })).toEqual(['difference']);
});

it('finds an event in the topic that is not in the log', () => {
  expect(kindsOf({ ...right, log: right.log.slice(0, 3) })).toEqual(['difference']);
});

it('expects of a consumer what it does not leave out, and nothing of the rest', () => {
  const noted = topic.map((one) => (one.position === 3 ? { ...one, type: 'TicketTagged' } : one));
  const of = (rows: readonly TopicRecord[]): FeedOf => {
    const log = [...noted].sort((a, b) => a.position - b.position);
    return { ...right, log, topic: noted, consumers: [{ consumer: 'intake', leavesOut: ['TicketTagged'], rows }] };
  };
  expect(kindsOf(of(noted.filter(({ type }) => type !== 'TicketTagged')))).toEqual([]);
  expect(kindsOf(of(noted))).toEqual(['difference']);
  expect(kindsOf(of(noted.filter(({ position }) => position > 1 && position !== 3)))).toEqual(['lost']);
});
