import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fold } from '@guichet/search';
import { type LabelledSet, reciprocalRank } from '@guichet/search/quality';
import { misspelt } from '@guichet/search/quality/misspell';
import { seeded } from '@guichet/testing';
import type { Journey } from './journey.js';
import type { KnowledgeBase } from './knowledge-base.js';

const file = `${process.env['GUICHET_REAL_LOGS'] ?? ''}/search/gnome-pl.json.gz`;
/** Queries of the set, and articles: those that answer them, and others. */
const [queryCount, articleCount] = [60, 90];
/** Of the clean queries' figure: so much at least. */
const kept = 0.95;

/** Without accents, and with a typo in half of the long words, the answers stand as high as for clean queries. */
export const journey: Journey = {
  title: 'search in Polish without accents, with typos',
  ...(!existsSync(file) && { skipped: 'set GUICHET_REAL_LOGS to the folder of the labelled sets' }),
  async run(kb) {
    const set = partOf(JSON.parse(gunzipSync(readFileSync(file)).toString()) as LabelledSet);
    const ids = await publishAll(kb, set);
    const mrr = async (typed: (query: string) => string) => {
      let sum = 0;
      for (const { query, relevant } of set.queries) {
        const q = typed(query).slice(0, 300);
        const { items } = await kb.get<{ items: { number: number }[] }>('reader', '/search', { q, locale: 'pl' });
        sum += reciprocalRank(
          items.map(({ number }) => ids.get(number) ?? ''),
          relevant,
        );
      }
      return sum / set.queries.length;
    };
    const random = seeded(20_260_302);
    const [clean, folded, typos] = [
      await mrr((query) => query),
      await mrr(fold),
      await mrr((query) => misspelt(fold(query), random)),
    ];
    expect(clean).toBeGreaterThan(0.8);
    expect(folded).toBeGreaterThanOrEqual(kept * clean);
    expect(typos).toBeGreaterThanOrEqual(kept * clean);
    return { queries: set.queries.length, ...shown({ clean, folded, typos }) };
  },
};

function partOf(set: LabelledSet): LabelledSet {
  const queries = set.queries.slice(0, queryCount);
  const answers = new Set(queries.flatMap(({ relevant }) => relevant));
  const [relevant, others] = [true, false].map((is) => set.documents.filter(({ id }) => answers.has(id) === is));
  return { ...set, queries, documents: [...(relevant ?? []), ...(others ?? [])].slice(0, articleCount) };
}

/** Answers the set's ids by the numbers of the articles. */
async function publishAll(kb: KnowledgeBase, { documents }: LabelledSet): Promise<Map<number, string | number>> {
  const ids = new Map<number, string | number>();
  for (const { id, title, keywords = [], body } of documents) {
    const { articleId, number } = await kb.begin({ sourceLocale: 'pl' });
    await kb.publish(articleId, 'pl', { title, keywords, body: body.replaceAll('\n', '\n\n') });
    ids.set(number, id);
  }
  return ids;
}

const shown = (figures: Readonly<Record<string, number>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [`MRR@10 ${name}`, value.toFixed(3)]));
