/** The community: what is asked there, how soon somebody answers, and how often that helps. */
import type { ItemKpi } from './kpi-definition.js';

const visible =
  'Topics of the kind question that were asked in the period, and whose first post is visible now; those that were merged into another topic are left out.';
const asked =
  'A question is asked when its first post becomes visible: when it is written, or when a moderator releases it. Category and language are those of the topic now.';
const answer =
  'An answer is a visible post other than the first one, of somebody else than who asked, or of somebody who works here. It was given when it became visible. One that is hidden, held or removed now is none. Answers in topics that were merged into the question count as its own.';

export const community = [
  {
    id: 'questions',
    version: 1,
    title: 'Questions',
    text: `Questions asked in the community. ${asked} \`answered\` counts those with an answer, \`solved\` those with an accepted one, \`answers\` and \`votes\` the answers they have and the votes for their visible posts.`,
    population: visible,
    unit: 'questions',
    statistic: 'count',
    form: { kind: 'items', of: 'questions', value: 'questions', parts: ['answered', 'solved', 'answers', 'votes'] },
  },
  {
    id: 'first-answer-time',
    version: 1,
    title: 'Time to first answer',
    text: `From the question to its first answer, in whole seconds of calendar time; 0 where a merged topic had one before. ${asked} ${answer}`,
    population: visible,
    unit: 'seconds',
    statistic: 'median',
    form: {
      ...{ kind: 'item-durations', of: 'questions', seconds: 'firstAnswerSeconds' },
      ...{ measured: 'answered', open: 'unanswered', all: 'questions' },
    },
  },
  {
    id: 'solved-share',
    version: 1,
    title: 'Share solved',
    text: `Questions with an accepted answer that is visible ÷ questions. What is accepted no more counts no more. An accepted answer of a topic that was merged into the question solves it. ${asked}`,
    population: visible,
    unit: 'share',
    statistic: 'rate',
    form: { kind: 'items', of: 'questions', value: 'solved', over: 'questions', parts: ['answered'] },
  },
  {
    id: 'unanswered-share',
    version: 1,
    title: 'Share unanswered after 48 hours',
    text: `Questions that had no answer within 48 hours ÷ questions that were asked at least 48 hours ago. \`neverAnswered\` counts those that have none until now, \`young\` the questions that are too young to be in the share. ${asked} ${answer}`,
    population: `${visible} They were asked at least 48 hours ago.`,
    unit: 'share',
    statistic: 'rate',
    form: {
      ...{ kind: 'items', of: 'questions', value: 'unansweredInTime', over: 'old' },
      parts: ['neverAnswered', 'young'],
    },
  },
] as const satisfies readonly ItemKpi[];
