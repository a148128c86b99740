interface Described {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly text: string;
  readonly population: string;
  readonly unit: string;
  readonly statistic: string;
}

/** What holds for all of them. */
const rules = [
  '## What holds for every KPI',
  '',
  '- KPIs of tickets take a period (`from`, `to`, `timeZone`), filters (`department`, `agent`, `requester`, `channel`, `device`, `locale`, `priority`,',
  '  `tag`), `bots`, `groupBy` and `bucket`. Times lie in the years from 1900 to 2199.',
  '- Counts, sums, means, rates and bands are exact. Percentiles are within the error the answer states, or exact with `exact=true` (type 7, linear).',
  '- KPIs of the knowledge base take `language`, and `category` or `device`, instead of these filters. What is published is asked at an instant (`at`),',
  '  and has `bucket` for its history. A category has what is in it, not what is in the categories below it.',
  '- KPIs of the community take `language` and `category`. They are about questions asked in the period, and say what has become of them until now.',
  '- `/tickets` behind a KPI of tickets lists its rows, `/rows` those of the knowledge base and of the community. Their count and sum agree with the answer. A row',
  '  of tickets names the department, priority and agent of the moment the fact was made, with a filter and without. A row about a ticket as a whole names the department and priority of its opening and the agent of now.',
  '- Open intervals are [opened or reopened, resolved or closed). A ticket is open from its opening, also while no department is known.',
  '- Spam and merged tickets are left out of everything but the gross count. Marking a ticket as spam and merging it say that it never counted: both',
  '  correct the past as well. Unmerging brings the ticket back into the past as if it had never been merged. A split makes a ticket that was opened',
  '  when the first of its messages was written; they count there, in the hours in which they were written, and no more in the ticket they came from.',
  '- `bots=without` leaves out the tickets that a bot opened, `bots=only` asks about nothing else.',
  '- The backlog and every count of what happened (`cohort=flow`) stay as they are once their period is over. They change only when a fact of the period',
  '  arrives late or is corrected. Three things are corrections by their nature: spam and merging; tags, which describe the whole ticket (the backlog goes',
  '  by the tags of its instant); and durations up to the *last* resolution, closing, end or wrap-up, which a reopening takes back. Figures of',
  '  tickets opened in the period (`cohort=cohort`) say what has become of them until now.',
  '- What a log tells out of order counts where it can have happened: a resolution told for a time before the opening counts at the opening.',
  '  A time outside the years from 1900 to 2199 counts at the nearest instant within.',
  '- An hour is an hour of the local clock. Where clocks change within an hour, it is shorter, or comes twice with two offsets.',
  '  A day that a time zone skipped cannot be asked about alone (`no-such-day`).',
];

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
    ...rules,
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}
