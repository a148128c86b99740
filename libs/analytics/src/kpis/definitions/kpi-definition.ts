import type { Form } from './forms.js';

/** What a KPI says, of which tickets, in which unit, and its arithmetic. */
export interface KpiDefinition {
  readonly id: string;
  /** Raised whenever the same events would give another number. */
  readonly version: number;
  readonly title: string;
  /** How it is computed. */
  readonly text: string;
  /** Which tickets, or which events, it is about. */
  readonly population: string;
  readonly unit: 'tickets' | 'resolutions' | 'activities' | 'seconds' | 'share' | 'per ticket';
  /** What `value` is. */
  readonly statistic: 'count' | 'median' | 'rate' | 'mean';
  readonly form: Form;
}
