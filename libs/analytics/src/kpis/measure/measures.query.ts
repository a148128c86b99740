/** Measures needs: from the cells where the question fits them, from the facts where not. */
import type pg from 'pg';
import { columnOfKey, PackedSum } from '../../cells/packed/index.js';
import {
  countAtMost,
  type Distribution,
  emptyDistribution,
  mergeDistribution,
  quantiles,
} from '../../cells/distribution.js';
import { representative } from '../../cells/buckets.js';
import { cuboids, type Tier, tiers } from '../../cells/cuboids.js';
import { metricKey, type MetricName } from '../../cells/metrics.js';
import { beginOf, cellRanges } from './cell-ranges.js';
import { type CellRow, readCells } from './cells.query.js';
import { measureSql, type Scope, tallySql } from '../sql/facts-sql.js';
import { type Cut, exactSpread, type Measured, Measures, type Spread, type SpreadRow } from './measures.js';
import { cuboidOf, type Need } from './needs.js';
import type { Span } from '../definitions/period.js';
import { together } from './together.js';

/**
 * Runs in the client's transaction: all of it sees one state of the read models. `cuboidFor` says which cells answer a
 * need, undefined: the facts.
 */
export async function measure(
  client: pg.ClientBase,
  scope: Scope,
  needs: readonly Need[],
  cuboidFor: typeof cuboidOf = cuboidOf,
): Promise<Measures> {
  const measures = new Measures();
  const byCuboid = new Map<number, Need[]>();
  for (const need of needs) {
    const cuboid = cuboidFor(need, scope.question, scope.spans);
    if (cuboid === undefined) await measureFacts(client, scope, need, measures);
    else byCuboid.set(cuboid, [...(byCuboid.get(cuboid) ?? []), need]);
  }
  await together(...[...byCuboid].map(([cuboid, those]) => measureCells(client, scope, cuboid, those, measures)));
  return measures;
}

const hourMs = 3_600_000;

/** How many tickets were opened in the full UTC hours around a span, spam and merged ones too. */
export async function openedAround(client: pg.ClientBase, scope: Scope, { fromMs, toMs }: Span): Promise<number> {
  const hours = { fromMs: Math.floor(fromMs / hourMs) * hourMs, toMs: Math.ceil(toMs / hourMs) * hourMs };
  const question = { ...scope.question, filters: {}, bots: 'with' as const, groupBy: undefined, bucket: undefined };
  const measures = new Measures();
  const opened: Need = { metric: 'opened', basis: 'opening' };
  await measureCells(client, { ...scope, question, spans: [hours] }, cuboids[0].id, [opened], measures);
  return measures.get('opened', {}).n;
}

interface FactRow extends SpreadRow {
  readonly bucket: number | null;
  readonly grp: string | null;
  readonly n: number;
}

async function measureFacts(client: pg.ClientBase, scope: Scope, need: Need, measures: Measures): Promise<void> {
  if (isOver(scope, need)) return;
  for (const { text, values } of measureSql(need, scope)) {
    const { rows } = await client.query<FactRow>(text, [...values]);
    for (const row of rows) {
      const cut = { group: row.grp ?? undefined, bucket: row.bucket ?? undefined };
      measures.set(need.metric, cut, { n: row.n, ...(need.limits ? { spread: exactSpread(row) } : {}) });
    }
  }
  if (!need.tally) return;
  const { text, values } = tallySql(need, scope);
  const { rows } = await client.query<{ value: number; n: number }>(text, [...values]);
  measures.set(need.metric, {}, { ...measures.get(need.metric, {}), tally: rows.map(({ value, n }) => [value, n]) });
}

/** No ticket opened in the period is young any more: nothing to ask. */
function isOver({ spans, nowMs, question }: Scope, { metric }: Need): boolean {
  const longest = Math.max(0, ...question.bands.map(({ seconds }) => seconds));
  return metric.startsWith('young:') && (spans.at(-1)?.toMs ?? 0) < nowMs - longest * 1000;
}

async function measureCells(
  client: pg.ClientBase,
  scope: Scope,
  cuboid: number,
  needs: readonly Need[],
  measures: Measures,
): Promise<void> {
  const sums = new CellSums(scope, cuboid, needs);
  const ranges = cellRanges(scope.spans);
  const asked = tiers.filter((tier) => ranges[tier].length > 0);
  const read = { cuboid, columns: sums.columns, bySlot: scope.question.bucket !== undefined };
  const answers = await together(
    ...asked.map((tier) => readCells(client, scope, { ...read, tier, ranges: ranges[tier] })),
  );
  answers.forEach((rows, index) => {
    for (const row of rows) sums.add(row, asked[index] ?? 'hour');
  });
  sums.writeTo(measures);
}

interface CutSum {
  readonly cut: Cut;
  readonly distribution: Distribution;
}

/** Adds cells up, by the finest cut that is asked for. Quickest where rows of one cut come one after the other. */
class CellSums {
  /** By need, then by cut. */
  private readonly sums: readonly Map<string, CutSum>[];
  /** By need: of the cut at hand, not in `sums` yet. */
  private readonly packed: readonly PackedSum[];
  /** By need: where in `columns` it stands. */
  private readonly places: readonly number[];
  private atHand: { readonly cut: Cut; readonly key: string } | undefined;
  /** Of `cellColumns`, what the needs stand in. */
  readonly columns: readonly number[];

  constructor(
    private readonly scope: Scope,
    cuboid: number,
    private readonly needs: readonly Need[],
  ) {
    const keys = needs.map(({ metric, basis }) => metricKey(metric as MetricName, basis));
    this.sums = needs.map(() => new Map());
    this.packed = needs.map(({ limits }, index) => new PackedSum(keys[index] ?? 0, limits !== undefined));
    this.columns = [...new Set(keys.map(columnOfKey))];
    this.places = keys.map((key) => this.columns.indexOf(columnOfKey(key)));
  }

  add({ slot, group, columns }: CellRow, tier: Tier): void {
    const bucket = slot === undefined ? undefined : bucketAt(this.scope.spans, beginOf(tier, slot));
    const key = bucket === undefined ? (group ?? '') : `${bucket}/${group ?? ''}`;
    if (key !== this.atHand?.key) {
      this.finishCut();
      this.atHand = { cut: { group, bucket }, key };
    }
    this.packed.forEach((sum, index) => {
      const cells = columns[this.places[index] ?? 0];
      if (cells) sum.add(cells);
    });
  }

  private finishCut(): void {
    if (!this.atHand) return;
    const { cut, key } = this.atHand;
    this.needs.forEach((need, index) => {
      const sums = this.sums[index];
      const entry = sums?.get(key) ?? { cut, distribution: emptyFor(need) };
      sums?.set(key, entry);
      this.packed[index]?.moveTo(entry.distribution);
    });
    this.atHand = undefined;
  }

  writeTo(measures: Measures): void {
    this.finishCut();
    this.needs.forEach((need, index) => {
      const merged = new Map<string, CutSum>();
      for (const { cut, distribution } of this.sums[index]?.values() ?? []) {
        for (const wider of cutsAround(cut)) {
          const key = JSON.stringify([wider.group, wider.bucket]);
          const entry = merged.get(key) ?? { cut: wider, distribution: emptyFor(need) };
          mergeDistribution(entry.distribution, distribution);
          merged.set(key, entry);
        }
      }
      for (const { cut, distribution } of merged.values()) {
        if (isEmpty(distribution) && cut.group !== undefined) continue;
        measures.set(need.metric, cut, measuredFrom(distribution, need, cut));
      }
    });
  }
}

const emptyFor = ({ limits }: Need): Distribution =>
  limits ? emptyDistribution() : { n: 0, sum: 0, buckets: undefined };
const isEmpty = ({ n, sum, buckets }: Distribution) => n === 0 && sum === 0 && !buckets?.size;

/** A cut and everything it is part of. */
function cutsAround({ group, bucket }: Cut): readonly Cut[] {
  const cuts: Cut[] = [{}];
  if (group !== undefined) cuts.push({ group });
  if (bucket !== undefined) cuts.push({ bucket });
  if (group !== undefined && bucket !== undefined) cuts.push({ group, bucket });
  return cuts;
}

/** The last span that begins at or before the instant. */
function bucketAt(spans: readonly Span[], ms: number): number {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((spans[middle]?.fromMs ?? Infinity) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

function measuredFrom(distribution: Distribution, need: Need, cut: Cut): Measured {
  const { n } = distribution;
  if (!need.limits) return { n };
  const spread = spreadFrom(distribution, need.limits);
  const isWhole = cut.group === undefined && cut.bucket === undefined;
  return { n, spread, ...(need.tally && isWhole ? { tally: tallyFrom(distribution) } : {}) };
}

function spreadFrom(distribution: Distribution, limits: readonly number[]): Spread {
  const [min, median, p75, p90, p95, max] = quantiles(distribution, [0, 0.5, 0.75, 0.9, 0.95, 1]).map((value) =>
    value === undefined ? undefined : Math.round(value * 1000) / 1000,
  );
  const within = limits.map((limit) => countAtMost(distribution, limit));
  return { sum: distribution.sum, min, median, p75, p90, p95, max, within, exact: false };
}

const tallyFrom = ({ buckets }: Distribution) =>
  [...(buckets ?? [])].sort(([a], [b]) => a - b).map(([bucket, n]) => [representative(bucket), n] as const);
