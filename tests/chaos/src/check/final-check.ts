/** Once everything is quiet: log = topic = every received log = projections = figures = what people were told. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Follower, followersOf, type Source } from '@guichet/contracts';
import { behindTheDesk } from '@guichet/intake/sides';
import { neverRead } from '@guichet/knowledge/followed';
import { type Finding, publishers, type Publisher } from '../history.js';
import type { Ledger } from '../life/ledger.js';
import type { People } from '../life/people.js';
import type { ChaosProduct } from '../parts/chaos-product.js';
import { checkFeed } from './check-feed.js';
import { checkCommands, checkDense, checkStreams } from './check-log.js';
import { countOwn, figures } from './own-count.js';
import { publicOf, readLog, readReceivedLog, readTopic } from './read-logs.js';

interface Consumer {
  readonly service: Follower;
  /** Types it does not keep. */
  readonly leavesOut: readonly string[];
}

/** The others keep all that they receive. */
const leftOut: Readonly<Partial<Record<Follower, readonly string[]>>> = { intake: behindTheDesk, knowledge: neverRead };

const consumersOf = (source: Source): readonly Consumer[] =>
  followersOf(source).map((service) => ({ service, leavesOut: leftOut[service] ?? [] }));

export interface Checked {
  readonly findings: readonly Finding[];
  /** Events in each service's log. */
  readonly events: Readonly<Record<Publisher, number>>;
  /** Records that came to a topic more than once, which followers drop. */
  readonly repeatedRecords: number;
  /** Tables compared with a fold from zero. */
  readonly tables: number;
  readonly figures: number;
}

export async function checkAll(product: ChaosProduct, people: People, tenants: readonly string[]): Promise<Checked> {
  const { ledger } = people;
  const findings: Finding[] = [];
  await caughtUp(people, tenants[0] ?? '');
  const logs = {
    intake: { service: 'intake' as const, ...(await readLog(product.databaseUrl('intake'))) },
    routing: { service: 'routing' as const, ...(await readLog(product.databaseUrl('routing'))) },
  };
  for (const service of publishers) {
    const causes = service === 'routing' ? logs.intake.rows : [];
    findings.push(...checkDense(logs[service]), ...checkCommands(logs[service], ledger.sent, causes));
    findings.push(...checkStreams(logs[service], ledger.tickets));
  }
  let repeatedRecords = 0;
  for (const source of publishers) {
    const topic = await readTopic(product.kafka.brokers, product.topicPrefix, source);
    const consumers = [];
    for (const { service: consumer, leavesOut } of consumersOf(source)) {
      const toldTo = publicOf(logs[source].rows).filter(({ type }) => !leavesOut.includes(type));
      await received(product, source, consumer, toldTo.length);
      const { rows, isDense } = await readReceivedLog(product.databaseUrl(consumer), source);
      if (!isDense) findings.push({ kind: 'log not dense', text: `received log of ${consumer}` });
      consumers.push({ consumer, rows, leavesOut });
    }
    const checked = checkFeed({ source, log: publicOf(logs[source].rows), topic, consumers });
    findings.push(...checked.findings);
    repeatedRecords += checked.repeated;
  }
  const projections = await checkProjections(people, tenants[0] ?? '');
  const kpis = await checkFigures(people, tenants, ledger);
  return {
    findings: [...findings, ...projections.findings, ...kpis],
    events: { intake: logs.intake.rows.length, routing: logs.routing.rows.length },
    repeatedRecords,
    tables: projections.tables,
    figures: figures.length * tenants.length,
  };
}

/** Every service has seen what anybody was told. */
async function caughtUp(people: People, tenant: string): Promise<void> {
  const { positions } = people.ledger;
  const headers = { 'guichet-after': `intake=${positions.intake},routing=${positions.routing}` };
  const about = { tenant, kind: 'in the end' };
  await people.see({ ...about, role: 'analyst' }, { path: '/analytics/v1/kpis/tickets-opened', headers });
  await people.see({ ...about, role: 'agent' }, { path: '/routing/v1/departments/billing/queue?limit=1', headers });
  await people.see({ ...about, role: 'requester' }, { path: '/intake/v1/tickets?limit=1', headers });
}

/** A consumer whose process was killed last has three minutes to receive what the others have: then what it lacks is lost. */
async function received(product: ChaosProduct, source: Source, consumer: Follower, events: number): Promise<void> {
  const deadline = Date.now() + 180_000;
  while (Date.now() < deadline) {
    const { rows } = await readReceivedLog(product.databaseUrl(consumer), source);
    if (rows.length >= events) return;
    await pause(500);
  }
}

interface Projections {
  readonly projections: readonly { readonly name: string }[];
}
interface Comparison {
  readonly equal: boolean;
  readonly tables: readonly { readonly table: string; readonly equal: boolean; readonly differences: unknown }[];
}

/** Asks each service as its operator: what is parked or halted, and whether a fold from zero gives the live tables. */
async function checkProjections(people: People, tenant: string): Promise<{ findings: Finding[]; tables: number }> {
  const findings: Finding[] = [];
  let tables = 0;
  const difference = (text: string) => findings.push({ kind: 'difference', text });
  for (const service of [...publishers, 'analytics'] as const) {
    const operator = { tenant, role: 'operator', kind: `operations of ${service}` };
    const path = `/${service}/v1/operations`;
    const parked = (await people.see(operator, { path: `${path}/parked` })) as { items: unknown[] } | undefined;
    if (parked?.items.length !== 0) difference(`${service} has parked streams: ${JSON.stringify(parked)}`);
    const feed = await quietFeed(people, operator, `${path}/feed`);
    if (feed !== '') difference(`the feed of ${service} has problems: ${feed}`);
    const status = (await people.see(operator, { path: `${path}/projections` })) as Projections | undefined;
    for (const { name } of status?.projections ?? []) {
      const request = { method: 'POST', path: `${path}/projections/${name}/verify`, body: {} } as const;
      const compared = (await people.see(operator, request)) as Comparison | undefined;
      tables += compared?.tables.length ?? 0;
      if (compared?.equal === true && compared.tables.length > 0) continue;
      const unequal = compared?.tables.filter(({ equal }) => !equal);
      difference(`projection ${name} of ${service} is not the fold of its logs: ${JSON.stringify(unequal)}`);
    }
  }
  return { findings, tables };
}

const quietWithinMs = 60_000;

/** What a feed complains of once it has had time to get over it; nothing if it has. */
async function quietFeed(people: People, who: Parameters<People['see']>[0], path: string): Promise<string> {
  for (const deadline = performance.now() + quietWithinMs; ;) {
    const feed = (await people.see(who, { path })) as { problems: unknown[] } | undefined;
    if (feed?.problems.length === 0) return '';
    if (performance.now() > deadline) return JSON.stringify(feed?.problems);
    await pause(500);
  }
}

/** They have caught up, or have been found not to. */
async function checkFigures(people: People, tenants: readonly string[], ledger: Ledger): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const tenant of tenants) {
    const analyst = { tenant, role: 'analyst', kind: 'the figures' };
    const { tenantId } = await people.whoIs(tenant, 'analyst');
    const own = countOwn(ledger.tickets.filter((ticket) => ticket.tenantId === tenantId));
    for (const { name, path, read, expected } of figures) {
      const answer = await people.see(analyst, { path: `/analytics/v1/kpis/${path}` });
      const value = read(answer ?? {});
      if (value === expected(own)) continue;
      findings.push({ kind: 'wrong number', text: `${tenant}: ${name} is ${value}, counted ${expected(own)}` });
    }
  }
  return findings;
}
