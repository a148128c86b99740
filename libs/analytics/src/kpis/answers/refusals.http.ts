/** Refusals that are about the address, not about the question. */
import { badRequest, notFound } from '@guichet/http-host';
import { catalogue, kpiOf } from '../definitions/catalogue.js';
import type { KpiDefinition } from '../definitions/kpi-definition.js';
import { type Query, unknownParameter } from '../definitions/question.js';

/** @throws Problem 400 `unknown-parameter` that lists the known ones. */
export function refuseUnknown(query: Query, known: readonly string[]): void {
  const name = unknownParameter(query, known);
  if (name === undefined) return;
  throw badRequest('unknown-parameter', `There is no parameter "${name}" here. Known are: ${known.join(', ')}.`, [
    { path: name, code: 'unknown-field', message: 'is not a parameter of this request' },
  ]);
}

/** @throws Problem 404 `unknown-kpi` that lists the known ones. */
export function knownKpi(id: string): KpiDefinition {
  const kpi = kpiOf(id);
  if (kpi) return kpi;
  throw notFound(
    'unknown-kpi',
    `There is no KPI "${id}". Known are: ${catalogue.map((entry) => entry.id).join(', ')}.`,
  );
}
