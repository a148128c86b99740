/** Answers questions about KPIs: each in one read-only transaction, so that all its numbers are of the same moment. */
import { DomainError, TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { type Answer, answerOf } from './answer.js';
import { periodOfQuestion } from './asked-period.query.js';
import { measureBacklog, measureBacklogAge } from '../measure/backlog.query.js';
import { labelsOf, refuseUnknownValues } from './directory.query.js';
import { measure, openedAround } from '../measure/measures.query.js';
import type { Measures } from '../measure/measures.js';
import { isCellMetric, needsOf, onWholeHours } from '../measure/needs.js';
import { isHourly } from '../../cells/metrics.js';
import { type Bucket, bucketsOf, type Period } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';
import { readThrough } from './through.query.js';
import { together } from '../measure/together.js';

/** Groups times buckets: an answer with more is refused. */
const maxCuts = 50_000;
/** Every step of a series of ages looks at the whole backlog of its instant. */
const maxAgeInstants = 400;

/** Percentiles of so few tickets are taken from the facts without being asked for: that is as quick. */
const fewTickets = 2_000;

const invalid = (code: string, parameter: string, message: string) =>
  new DomainError(code, message, { parameter }, 'invalid');

interface Measured {
  readonly measures: Measures;
  readonly period: Period | undefined;
  readonly buckets: readonly Bucket[];
  readonly instants: readonly number[];
}

@Injectable()
export class KpisQuery {
  constructor(private readonly database: TenantDatabase) {}

  /**
   * @param nowMs what "now" means in the question, in milliseconds since 1970.
   * @throws DomainError (kind `invalid`) for questions that cannot be answered.
   */
  answer(tenantId: string, question: Question, nowMs: number): Promise<Answer> {
    return this.snapshot(tenantId, async (client) => {
      const { form } = question.kpi;
      const ofBacklog = form.kind === 'backlog' || form.kind === 'backlog-age';
      const [, measured, through] = await together(
        refuseUnknownValues(client, tenantId, question.filters),
        (ofBacklog ? measureInstants : measurePeriod)(client, tenantId, question, nowMs),
        readThrough(client),
      );
      const { groups } = measured.measures;
      if (groups.length * Math.max(1, measured.buckets.length) > maxCuts) {
        throw invalid('too-many-buckets', 'groupBy', `More than ${maxCuts} groups times buckets: narrow the question.`);
      }
      const labels = question.groupBy
        ? await labelsOf(client, tenantId, question.groupBy, groups)
        : new Map<string, string>();
      return answerOf({ question, ...measured, labels, through });
    });
  }

  /** Arrival position of the newest event in the figures. */
  position(tenantId: string): Promise<number> {
    return this.snapshot(tenantId, async (client) => (await readThrough(client)).positions['received'] ?? 0);
  }

  /** Reads of the tenant that all see one moment: see TenantDatabase. */
  snapshot<T>(tenantId: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    return this.database.snapshot(tenantId, work);
  }
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
    throw invalid(
      'period-not-on-hours',
      'from',
      'These events are counted by whole UTC hours: the period and its buckets must begin and end on one.',
    );
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
  const { period, buckets, instants } = await instantsOf(client, tenantId, question, nowMs);
  const aged = isAged(question);
  if (aged && instants.length > maxAgeInstants) {
    throw invalid(
      'too-many-buckets',
      'bucket',
      `Ages are told at ${maxAgeInstants} instants at most: ask for a shorter period.`,
    );
  }
  const scope = { tenantId, question, instants };
  const measures = await (aged ? measureBacklogAge(client, scope) : measureBacklog(client, scope, nowMs));
  return { measures, period, buckets, instants };
}

const isAged = ({ kpi }: Question): boolean => kpi.form.kind === 'backlog-age';

/**
 * The instants a backlog is asked at: one, or the ends of the buckets that have begun. A bucket does not have its end, and a
 * backlog has what begins at its instant: so the backlog of a bucket is that of its last millisecond, the resolution of all
 * times. Otherwise what is opened at midnight would be in the backlog of the day before.
 */
async function instantsOf(
  client: pg.ClientBase,
  tenantId: string,
  question: Question,
  nowMs: number,
): Promise<Omit<Measured, 'measures'>> {
  if (question.bucket === undefined) return { period: undefined, buckets: [], instants: [instantOf(question, nowMs)] };
  const period = await periodOfQuestion(client, tenantId, question, nowMs);
  // Ages are told at the end itself, in whole seconds.
  const aged = isAged(question);
  const begun = bucketsOf(period, question.bucket).filter(({ fromMs }) => fromMs <= nowMs);
  if (begun.length === 0) throw inTheFuture('from');
  return { period, buckets: begun, instants: begun.map(({ toMs }) => Math.min(aged ? toMs : toMs - 1, nowMs)) };
}

/** `at`, else the end of the period as far as it has come, else now. */
export function instantOf({ atMs, toMs }: Question, nowMs: number): number {
  if (atMs !== undefined && atMs > nowMs) throw inTheFuture('at');
  return atMs ?? Math.min(toMs ?? nowMs, nowMs);
}

const inTheFuture = (parameter: string) =>
  invalid('instant-in-the-future', parameter, 'The backlog of an instant that has not come yet is not known.');
