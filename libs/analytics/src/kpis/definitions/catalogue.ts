/** Every KPI. A changed meaning gets a new version. */
import { durations } from './durations.js';
import { rates } from './rates.js';
import { volume } from './volume.js';
import type { Cohort } from './forms.js';
import type { KpiDefinition } from './kpi-definition.js';

export const catalogue: readonly KpiDefinition[] = [...volume, ...durations, ...rates];

const byId: ReadonlyMap<string, KpiDefinition> = new Map(catalogue.map((kpi) => [kpi.id, kpi]));

export const kpiOf = (id: string): KpiDefinition | undefined => byId.get(id);

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
  }
}
