import type { Form } from './forms.js';
import type { ItemForm } from './item-forms.js';

/** What a KPI says, of which tickets, texts, questions or events, in which unit, and its arithmetic. */
interface Definition<Unit, KpiForm> {
  readonly id: string;
  /** Raised whenever the same events would give another number. */
  readonly version: number;
  readonly title: string;
  /** How it is computed. */
  readonly text: string;
  /** Which tickets, or which events, it is about. */
  readonly population: string;
  readonly unit: Unit;
  /** What `value` is. */
  readonly statistic: 'count' | 'median' | 'rate' | 'mean';
  readonly form: KpiForm;
}

export type TicketKpi = Definition<'tickets' | 'resolutions' | 'activities' | 'seconds' | 'share' | 'per ticket', Form>;
export type ItemKpi = Definition<
  'articles' | 'languages' | 'words' | 'visits' | 'questions' | 'seconds' | 'share',
  ItemForm
>;
export type KpiDefinition = TicketKpi | ItemKpi;

export const isOfItems = (kpi: KpiDefinition): kpi is ItemKpi =>
  kpi.form.kind === 'items' || kpi.form.kind === 'item-durations';
