/** Answers questions about KPIs: each in one read-only transaction, so that all its numbers are of the same moment. */
import { DomainError, TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { type Answer, answerOf } from './answer.js';
import { type Asked, instantsOf, refuseManyCuts, refuseManyInstants } from './asked-instants.query.js';
import { periodOfQuestion } from './asked-period.query.js';
import { answerOfItems } from '../items/items.query.js';
import { measureBacklog, measureBacklogAge } from '../measure/backlog.query.js';
import { labelsOf, refuseUnknownValues } from './directory.query.js';
import { measure, openedAround } from '../measure/measures.query.js';
import type { Measures } from '../measure/measures.js';
import { isCellMetric, needsOf, onWholeHours } from '../measure/needs.js';
import { isHourly } from '../../cells/metrics.js';
import { bucketsOf } from '../definitions/period.js';
import { type AnyQuestion, asksOfItems, type Question } from '../definitions/question.js';
import { ticketAnswer } from './ticket-answer.js';
import { readThrough } from './through.query.js';
import { together } from '../measure/together.js';

/** Percentiles of so few tickets are taken from the facts without being asked for: that is as quick. */
const fewTickets = 2_000;

interface Measured extends Asked {
  readonly measures: Measures;
}

@Injectable()
export class KpisQuery {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * @param nowMs what "now" means in the question, in milliseconds since 1970.
   * @throws DomainError (kind `invalid`) for questions that cannot be answered.
   */
  answer(tenantId: string, question: AnyQuestion, nowMs: number): Promise<Answer> {
    return this.snapshot(tenantId, async (client) => {
      if (asksOfItems(question)) return answerOfItems(client, tenantId, question, nowMs);
      return answerOfTickets(client, tenantId, question, nowMs);
    });
  }

  /** Arrival position of the newest event in the figures. */
  position(tenantId: string): Promise<number> {
    return this.snapshot(
      tenantId,
      async (client) => (await readThrough(client, 'ticket-facts')).positions['received'] ?? 0,
    );
  }

  /** Reads of the tenant that all see one moment: see TenantDatabase. */
  snapshot<T>(tenantId: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    return this.database.snapshot(tenantId, work);
  }
}

async function answerOfTickets(
  client: pg.ClientBase,
  tenantId: string,
  question: Question,
  nowMs: number,
): Promise<Answer> {
  const { form } = question.kpi;
  const ofBacklog = form.kind === 'backlog' || form.kind === 'backlog-age';
  const [, { measures, ...measured }, through] = await together(
    refuseUnknownValues(client, tenantId, question.filters),
    (ofBacklog ? measureInstants : measurePeriod)(client, tenantId, question, nowMs),
    readThrough(client, 'ticket-facts'),
  );
  const { groups } = measures;
  refuseManyCuts(groups, measured.buckets);
  const labels = question.groupBy
    ? await labelsOf(client, tenantId, question.groupBy, groups)
    : new Map<string, string>();
  const wholeBucket = ofBacklog ? measured.instants.length - 1 : undefined;
  return answerOf({ ...ticketAnswer(question, measures, wholeBucket), ...measured, labels, through });
}

async function measurePeriod(
  client: pg.ClientBase,
  tenantId: string,
  asked: Question,
  nowMs: number,
): Promise<Measured> {
  const period = await periodOfQuestion(client, tenantId, asked, nowMs);
  const buckets = asked.bucket ? bucketsOf(period, asked.bucket) : [];
  const spans = asked.bucket ? buckets : [period];
  const scope = { tenantId, question: asked, spans, nowMs };
  const isFew = asked.cohort === 'cohort' && (await openedAround(client, scope, period)) <= fewTickets;
  const question = isFew ? { ...asked, exact: true } : asked;
  const needs = needsOf(question);
  const hourly = needs.some(({ metric, basis }) => basis === 'flow' && isCellMetric(metric) && isHourly(metric));
  if (hourly && !spans.every(onWholeHours)) {
    const words = 'These events are counted by whole UTC hours: the period and its buckets must begin and end on one.';
    throw new DomainError('period-not-on-hours', words, { parameter: 'from' }, 'invalid');
  }
  const measures = await measure(client, { ...scope, question }, needs);
  return { measures, period, buckets, instants: [] };
}

async function measureInstants(
  client: pg.ClientBase,
  tenantId: string,
  question: Question,
  nowMs: number,
): Promise<Measured> {
  const aged = question.kpi.form.kind === 'backlog-age';
  // Ages are told at the end itself, in whole seconds.
  const { period, buckets, instants } = await instantsOf(client, tenantId, question, nowMs, { atEnds: aged });
  if (aged) refuseManyInstants(instants);
  const scope = { tenantId, question, instants };
  const measures = await (aged ? measureBacklogAge(client, scope) : measureBacklog(client, scope, nowMs));
  return { measures, period, buckets, instants };
}
