/** The knowledge base: what there is to read, in which languages, and how much of it is behind its source. */
import type { KnowledgeKpi } from './kpi-definition.js';

const shown = 'Texts that are published at the instant, of articles that are not archived; for every audience.';
const translations = 'Published translations of articles that are not archived, at the instant.';

export const knowledge = [
  {
    id: 'articles',
    version: 1,
    title: 'Articles published',
    text: 'Articles with at least one published text at the instant `at`; an article in three languages counts once. By language: those that are published in it. `texts` counts every language of every article, `translations` all but the source. With `bucket`: at the last millisecond of each bucket, or now where that is earlier.',
    population: shown,
    unit: 'articles',
    statistic: 'count',
    form: { kind: 'knowledge', of: 'texts', value: 'articles', parts: ['texts', 'translations'] },
  },
  {
    id: 'languages',
    version: 1,
    title: 'Languages',
    text: 'Languages in which at least one article is published at the instant `at`. With `bucket` as for articles.',
    population: shown,
    unit: 'languages',
    statistic: 'count',
    form: { kind: 'knowledge', of: 'texts', value: 'languages', parts: ['articles', 'texts'] },
  },
  {
    id: 'outdated-words',
    version: 1,
    title: 'Outdated words',
    text: 'Words of released sources that the published translations do not say yet, at the instant `at`; each translation counts its own. Minor edits outdate nothing. `outdatedTexts` counts the translations that lack any. With `bucket` as for articles.',
    population: translations,
    unit: 'words',
    statistic: 'count',
    form: { kind: 'knowledge', of: 'texts', value: 'outdatedWords', parts: ['outdatedTexts', 'translations'] },
  },
  {
    id: 'outdated-share',
    version: 1,
    title: 'Outdated share',
    text: 'Outdated words ÷ words of the sources, each source counted once for each of its published translations. A word that was taken out of the source counts above the line only, so that a source cut to a fraction can exceed 1.',
    population: translations,
    unit: 'share',
    statistic: 'rate',
    form: {
      kind: 'knowledge',
      of: 'texts',
      value: 'outdatedWords',
      over: 'sourceWords',
      parts: ['outdatedTexts', 'translations'],
    },
  },
] as const satisfies readonly KnowledgeKpi[];
