/** Durations, from the answer and from the rows behind it. */
import type { KpiAnswer, KpiClient } from './kpi-client.js';

/**
 * The figures known of a duration. `p90_nearest_rank` is no percentile of ours: it is read off the rows behind the
 * answer.
 */
export async function durationFigures(
  client: KpiClient,
  kpi: string,
  question: Readonly<Record<string, string>> = {},
  answer?: KpiAnswer,
) {
  const { n, sum, mean, median, p75, p90, p95, min, max } =
    answer ?? (await client.kpi(kpi, { exact: 'true', ...question }));
  const values: number[] = [];
  for await (const { value } of client.rows(kpi, question)) values.push(value);
  values.sort((a, b) => a - b);
  const total = values.reduce((a, b) => a + b, 0);
  if (values.length !== n || total !== sum) {
    throw new Error(`${kpi}: ${values.length} rows with a sum of ${total} stand behind n = ${n} and a sum of ${sum}.`);
  }
  const nearestRank = values[Math.max(0, Math.ceil(0.9 * n) - 1)];
  return { unit: 'seconds', n, sum, mean, median, p75, p90, p95, p90_nearest_rank: nearestRank, min, max };
}

/** Shares of the bands as the known figures name them. */
export const bandFigures = ({ bands }: KpiAnswer) =>
  Object.fromEntries(
    bands.map(({ within, share }) => [{ PT1H: '1h', P1D: '24h', P2D: '48h' }[within] ?? within, share]),
  );
