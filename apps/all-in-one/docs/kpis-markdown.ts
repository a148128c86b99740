interface Described {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly population: string;
  readonly unit: string;
  readonly statistic: string;
}

/** The page docs/generated/kpis.md, made from the catalogue that answers the questions. */
export function kpisMarkdown(catalogue: readonly Described[]): string {
  const sections = catalogue.map(({ id, version, title, text, population, unit, statistic }) =>
    [
      `## ${title}`,
      '',
      `\`${id}\`, version ${version}: ${statistic}, in ${unit}.`,
      '',
      text,
      '',
      `*Population:* ${population}`,
    ].join('\n'),
  );
  return [
    '# KPIs',
    '',
    'What each KPI counts. `GET /analytics/v1/kpis` answers the same; this page is generated from it.',
    '',
    'All of them take a period (`from`, `to`, `timeZone`), filters (`department`, `agent`, `channel`, `device`, `locale`, `priority`, `tag`),',
    '`groupBy` and `bucket`. Counts, sums, means, rates and bands are exact; percentiles are within the error the answer states, or exact with',
    '`exact=true` (type 7, linear). `/tickets` behind a KPI lists its rows, and their count and sum agree with it. Open intervals are',
    '[opened or reopened, resolved or closed). Spam and merged tickets are left out of everything but the gross count.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}
