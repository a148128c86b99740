import { type RequestContext, unprocessable } from '@guichet/http-host';
import { type AnyQuestion, parametersOf, type Query, questionOf } from './definitions/question.js';
import { knownKpi, refuseUnknown } from './answers/refusals.http.js';

const maxKpis = 30;

/** The questions of a live stream, from its query; each KPI takes the parameters it understands. */
export function watchedOf({ kpis, ...rest }: Query, ctx: Pick<RequestContext, 'timeZone'>): readonly AnyQuestion[] {
  const ids = typeof kpis === 'string' && kpis !== '' ? [...new Set(kpis.split(','))] : [];
  if (ids.length === 0 || ids.length > maxKpis) {
    throw unprocessable('invalid-parameter', `"kpis" must name 1 to ${maxKpis} KPIs, separated by commas.`);
  }
  const chosen = ids.map(knownKpi);
  refuseUnknown(rest, [...new Set([...chosen.flatMap(parametersOf), 'after'])]);
  return chosen.map((kpi) => {
    const understood = parametersOf(kpi);
    const own = Object.entries(rest).filter(([name]) => understood.includes(name));
    return questionOf(kpi, Object.fromEntries(own), ctx);
  });
}
