/** What measured metrics of tickets come to, for an answer. Pure. */
import type { Cut, Measurable, Measures } from '../measure/measures.js';
import type { Question } from '../definitions/question.js';
import type { Answer, Answering } from './answer.js';
import { type Read, summaryOf } from './summary.js';

/** `wholeBucket`: of a series of backlogs, the place of its last instant. */
export function ticketAnswer(
  question: Question,
  measures: Measures,
  wholeBucket: number | undefined,
): Pick<Answering, 'question' | 'summaryAt' | 'groups' | 'exact' | 'distributions'> {
  const reader =
    (cut: Cut): Read =>
    (metric: Measurable) =>
      measures.get(metric, cut);
  return {
    question,
    summaryAt: (cut) => summaryOf(question, reader(cut)),
    groups: measures.groups,
    exact: isExact(question, measures),
    distributions: distributionsOf(question, reader({ bucket: wholeBucket })),
  };
}

/** Counts, sums and rates are exact anyway; only values out of histograms are not. */
function isExact(question: Question, measures: Measures): boolean {
  const { form } = question.kpi;
  if (form.kind !== 'duration' && form.kind !== 'per-ticket') return true;
  if (form.kind === 'per-ticket' && question.cohort === 'flow') return true;
  return question.exact || (measures.get(form.metric, {}).spread?.exact ?? false);
}

function distributionsOf({ kpi: { form } }: Question, read: Read): Pick<Answer, 'distribution' | 'totalDistribution'> {
  if (form.kind !== 'per-ticket') return {};
  const tallyOf = (metric: Measurable) => read(metric).tally?.map(([value, tickets]) => ({ value, tickets }));
  const [distribution, total] = [tallyOf(form.metric), form.total && tallyOf(form.total)];
  return { ...(distribution ? { distribution } : {}), ...(total ? { totalDistribution: total } : {}) };
}
