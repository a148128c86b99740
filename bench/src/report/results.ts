import type { Figure, LineResult } from '../line.js';
import type { Machine } from '../machine.js';

export interface MeasuredLine extends LineResult {
  readonly id: string;
  readonly title: string;
  readonly machine: Machine;
}

/** Undefined where there is no goal. */
export function isMet({ median, goal }: Figure): boolean | undefined {
  if (!goal) return undefined;
  return goal.at === 'least' ? median >= goal.value : median <= goal.value;
}

export const withUnit = (value: number, unit: string): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toLocaleString('en', { maximumFractionDigits: digits });
  return unit === '×' ? `${text}×` : `${text} ${unit}`;
};

export const goalText = ({ goal, unit }: Figure): string =>
  goal ? `${goal.at === 'least' ? '≥' : '≤'} ${withUnit(goal.value, unit)}` : '';

export const spreadText = ({ min, max, unit, rounds }: Figure): string =>
  rounds === 1 ? 'one run' : `${withUnit(min, unit)} – ${withUnit(max, unit)}, ${rounds} rounds`;

export const verdict = (one: Figure): string =>
  ({ true: 'met', false: 'missed', undefined: '' })[String(isMet(one))] ?? '';
