/** What may be spent, as committed in guard-bounds.json, and whether what was counted keeps to it. */

export interface Bound {
  readonly name: string;
  readonly unit: string;
  /** What it may be at most. */
  readonly bound: number;
  /** What it was when the bound was set. */
  readonly measured: number;
  /** How far the bound is above it, and why it has to be. 0 if not given: the number is the same in every run. */
  readonly marginPercent?: number;
  readonly why?: string;
}

/** Name → what was counted. */
export type Counted = Readonly<Record<string, number>>;

export type Verdict = 'kept' | 'exceeded' | 'too loose' | 'not counted' | 'without a bound';

export interface Judged {
  readonly name: string;
  readonly unit: string;
  readonly counted: number | undefined;
  readonly bound: number | undefined;
  readonly verdict: Verdict;
}

/** Every bound and everything counted, each once. */
export function judge(bounds: readonly Bound[], counted: Counted): readonly Judged[] {
  const known = new Set(bounds.map(({ name }) => name));
  const held = bounds.map(({ name, unit, bound }) => ({
    ...{ name, unit, bound },
    counted: counted[name],
    verdict: verdictOf(bound, counted[name]),
  }));
  const free = Object.entries(counted).filter(([name]) => !known.has(name));
  return [
    ...held,
    ...free.map(([name, value]) => ({
      ...{ name, unit: '', counted: value, bound: undefined },
      verdict: 'without a bound' as const,
    })),
  ];
}

/** A bound more than twice what is spent would not notice that the cost has doubled. */
function verdictOf(bound: number, counted: number | undefined): Verdict {
  if (counted === undefined) return 'not counted';
  if (counted > bound) return 'exceeded';
  return counted < bound / 2 ? 'too loose' : 'kept';
}

/**
 * The bounds for what is spent now, with the margins they had; what was not bound yet gets none. For whoever means to
 * move them.
 */
export function rebound(bounds: readonly Bound[], counted: Counted): readonly Bound[] {
  const known = new Map(bounds.map((bound) => [bound.name, bound]));
  return Object.entries(counted).map(([name, measured]) => {
    const { unit = name.split(': ').at(-1) ?? '', marginPercent, why } = known.get(name) ?? {};
    const bound = Math.ceil((measured * (100 + (marginPercent ?? 0))) / 100);
    return { name, unit, bound, measured, ...(marginPercent === undefined ? {} : { marginPercent, why }) };
  });
}

const advice: Readonly<Record<Verdict, string>> = {
  kept: '',
  exceeded: 'EXCEEDED: find out why, or raise the bound in a commit that says what it buys',
  'too loose': 'TOO LOOSE: under half of the bound, tighten it',
  'not counted': 'NOT COUNTED: take the bound out, or count it',
  'without a bound': 'WITHOUT A BOUND: give it one',
};

const shown = (value: number | undefined) => (value === undefined ? '–' : value.toLocaleString('en'));

export function tableOf(judged: readonly Judged[]): string {
  const width = Math.max(...judged.map(({ name }) => name.length));
  const rows = judged.map(({ name, unit, counted, bound, verdict }) =>
    [name.padEnd(width), shown(counted).padStart(11), shown(bound).padStart(11), unit.padEnd(12), advice[verdict]]
      .join('  ')
      .trimEnd(),
  );
  return [`${'what'.padEnd(width)}  ${'counted'.padStart(11)}  ${'bound'.padStart(11)}`, ...rows].join('\n');
}
