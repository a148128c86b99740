import { Connections, headerOf, mustBe } from '../http/connections.js';
import { atPace, Latencies } from '../http/load.js';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import { bearer, createDepartments, departmentOf } from '../product/desk.js';
import { type Product, startAllInOne, startServices } from '../product/product.js';
import { atMost, figure } from '../rounds.js';

/** Each becomes two events: TicketOpened in intake, and TicketQueued, which routing answers to it. */
const opensPerSecond = 250;
/** One write in so many is followed up to its visibility: asking costs as much as writing. */
const followedOneIn = 5;
const giveUpMs = 60_000;

interface Round {
  readonly p50: number;
  readonly p99: number;
  readonly answerP99: number;
  readonly generatorDelayMs: number;
}

interface Way {
  readonly round: (seconds: number) => Promise<Round>;
}

async function wayTo(product: Product): Promise<Way> {
  const intake = await Connections.open(product.urls.intake, 64);
  const analytics = await Connections.open(product.urls.analytics, 64);
  const headers = bearer(await product.token('agent'));
  const reading = bearer(await product.token('analyst'));
  let sequence = 0;
  const open = () => {
    const i = sequence++;
    const requester = { id: `requester-${i % 10_000}` };
    const body = { subject: `The order ${i} has not arrived`, body: 'Help.', departmentId: departmentOf(i), requester };
    return intake.prepare('POST', '/intake/v1/tickets', headers, body);
  };
  const follow = async (position: string, visible: Latencies) => {
    const path = '/analytics/v1/kpis/backlog';
    const begin = performance.now();
    const bytes = analytics.prepare('GET', path, { ...reading, 'guichet-after': position });
    // A 503 says "not yet", after five seconds: then it is asked again, and the time counts.
    for (let answer = await analytics.send(bytes); answer.status !== 200; answer = await analytics.send(bytes)) {
      if (performance.now() - begin > giveUpMs) mustBe(200, answer);
      mustBe(503, answer);
    }
    visible.add(performance.now() - begin);
  };
  const round = async (seconds: number): Promise<Round> => {
    const [visible, answers] = [new Latencies(), new Latencies()];
    const { generatorDelayMs } = await atPace(opensPerSecond, seconds, async (i, dueMs) => {
      const answer = mustBe(201, await intake.send(open()));
      answers.add(performance.now() - dueMs);
      if (i % followedOneIn === 0) await follow(headerOf(answer, 'guichet-position') ?? '', visible);
    });
    return { p50: visible.at(0.5), p99: visible.at(0.99), answerP99: answers.at(0.99), generatorDelayMs };
  };
  return { round };
}

async function measure(
  { isQuick }: BenchContext,
  name: string,
  product: Product,
  goals: { readonly p50: number; readonly p99: number },
): Promise<Figure[]> {
  const [seconds, rounds] = isQuick ? [3, 2] : [12, 3];
  await createDepartments(product);
  const { round } = await wayTo(product);
  const taken: Round[] = [];
  for (let i = -1; i < rounds; i++) {
    const one = await round(i < 0 ? 5 : seconds);
    if (i >= 0) taken.push(one);
  }
  const of = (key: keyof Round) => taken.map((one) => one[key]);
  return [
    figure(`${name}: p50`, 'ms', of('p50'), atMost(goals.p50)),
    figure(`${name}: p99`, 'ms', of('p99'), atMost(goals.p99)),
    figure(`${name}: 201 p99, from when it was due`, 'ms', of('answerP99')),
    figure(`${name}: the generator’s own delay, p99`, 'ms', of('generatorDelayMs')),
  ];
}

async function run(context: BenchContext) {
  const allInOne = await startAllInOne(context);
  const figures = await measure(context, 'embedded', allInOne, { p50: 10, p99: 50 });
  await allInOne.stop();
  const services = await startServices(context);
  figures.push(...(await measure(context, 'over Kafka', services, { p50: 30, p99: 150 })));
  return {
    figures,
    notes: [
      `${opensPerSecond} tickets/s are opened over HTTP at a fixed pace, which are ${opensPerSecond * 2} events/s in the two logs.`,
      `Of one in ${followedOneIn}: from its 201 to the answer of the KPI \`backlog\` asked for with that position in Guichet-After. It is what a ` +
        'client that has written something does, it says exactly when the figures have the event, and it includes the query itself; a live ' +
        'stream tells changes at most every 250 ms on purpose.',
    ],
  };
}

export const httpVisible: BenchLine = {
  id: 'http-visible',
  title: 'HTTP 201 → visible in the KPI at 500 events/s',
  seconds: 130,
  run,
};
