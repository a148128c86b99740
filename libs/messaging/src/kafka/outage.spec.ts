import type { BrokerLoss } from '../feed-observer.js';
import { Outage } from './outage.js';

let now: number;
let lines: (BrokerLoss | string)[];
let outage: Outage;

beforeEach(() => {
  now = 1_000_000;
  lines = [];
  const brokersBack = (seconds: number) => void lines.push(`back after ${seconds} s`);
  outage = new Outage({ brokersLost: (loss) => void lines.push(loss), brokersBack }, () => now);
});

const failFor = (seconds: number, broker = 'a:9092') => {
  for (let i = 0; i < seconds * 6; i++, now += 1_000 / 6) outage.failed(broker, 'connect ECONNREFUSED');
};
const answerFor = (seconds: number) => {
  for (let i = 0; i <= seconds; i++, now += 1_000) outage.answered();
};

it('is told at once, each minute while it lasts, and at its end', () => {
  failFor(150);
  answerFor(10);
  const brokers = { 'a:9092': 'connect ECONNREFUSED' };
  expect(lines).toEqual([
    { brokers, seconds: 0 },
    { brokers, seconds: 60 },
    { brokers, seconds: 120 },
    'back after 150 s',
  ]);
});

it('is not over while a connection still fails, whatever another one answers', () => {
  failFor(2);
  for (let i = 0; i < 30; i++, now += 1_000) {
    outage.answered();
    outage.failed('b:9092', 'read ECONNRESET');
  }
  expect(lines).toHaveLength(1);
  answerFor(10);
  expect(lines.at(-1)).toBe('back after 32 s');
});

it('names all brokers that were lost', () => {
  failFor(1, 'a:9092');
  failFor(61, 'b:9092');
  expect(Object.keys((lines[1] as BrokerLoss).brokers)).toEqual(['a:9092', 'b:9092']);
});

it('begins anew after its end', () => {
  failFor(1);
  answerFor(10);
  failFor(1, 'b:9092');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toEqual({ brokers: { 'b:9092': 'connect ECONNREFUSED' }, seconds: 0 });
});

it('says nothing where nothing was lost', () => {
  answerFor(10);
  expect(lines).toEqual([]);
});
