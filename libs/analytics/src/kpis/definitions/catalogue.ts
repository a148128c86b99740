/** Every KPI. A changed meaning gets a new version. */
import { community } from './community.js';
import { durations } from './durations.js';
import { knowledge } from './knowledge.js';
import { rates } from './rates.js';
import { volume } from './volume.js';
import type { Cohort } from './forms.js';
import type { KpiDefinition, TicketKpi } from './kpi-definition.js';

export const ticketKpis: readonly TicketKpi[] = [...volume, ...durations, ...rates];
export const catalogue: readonly KpiDefinition[] = [...ticketKpis, ...knowledge, ...community];

const byId = <Kpi extends KpiDefinition>(kpis: readonly Kpi[]): ReadonlyMap<string, Kpi> =>
  new Map(kpis.map((kpi) => [kpi.id, kpi]));
const [every, ofTickets] = [byId(catalogue), byId(ticketKpis)];

export const kpiOf = (id: string): KpiDefinition | undefined => every.get(id);
export const ticketKpiOf = (id: string): TicketKpi | undefined => ofTickets.get(id);

/** The ways it can be asked, the default first. */
export function cohortsOf({ form }: KpiDefinition): readonly Cohort[] {
  switch (form.kind) {
    case 'count':
      // Both only exist where the count is of events: what happened in the period comes first then.
      return [...(form.flow ? ['flow' as const] : []), ...(form.cohort ? ['cohort' as const] : [])];
    case 'duration':
      return ['cohort', 'flow'];
    case 'rate':
    case 'per-ticket':
      return form.flow ? ['cohort', 'flow'] : ['cohort'];
    case 'backlog':
    case 'backlog-age':
      return ['flow'];
    case 'items':
    case 'item-durations':
      // What was asked in the period, and what has become of it; the others happened in it.
      return form.of === 'questions' ? ['cohort'] : ['flow'];
  }
}
