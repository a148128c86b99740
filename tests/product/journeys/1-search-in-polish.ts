import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fold } from '@guichet/search';
import { type LabelledSet, reciprocalRank } from '@guichet/search/quality';
import { misspelt } from '@guichet/search/quality/misspell';
import { root, seeded } from '@guichet/testing';
import { parse } from 'yaml';
import type { Journey } from './journey.js';
import type { KnowledgeBase } from './knowledge-base.js';

const demo = join(root, 'libs/demo');
const polish = '.pl.md';
/** Of the clean queries' figure: so much at least. */
const kept = 0.95;
/** A query of three words with a typo may lose its answer: a single draw says little. */
const draws = [1, 2, 3];

/** Without accents, and with a typo in half of the long words, the answers stand as high as for clean queries. */
export const journey: Journey = {
  title: 'search in Polish without accents, with typos',
  async run(kb) {
    const set = demoSet();
    const names = await publishAll(kb, set);
    const mrr = async (typed: (query: string) => string) => {
      let sum = 0;
      for (const { query, relevant } of set.queries) {
        const q = typed(query);
        const { items } = await kb.get<{ items: { number: number }[] }>('reader', '/search', { q, locale: 'pl' });
        sum += reciprocalRank(
          items.map(({ number }) => names.get(number) ?? ''),
          relevant,
        );
      }
      return sum / set.queries.length;
    };
    const random = seeded(20_260_302);
    const [clean, folded] = [await mrr((query) => query), await mrr(fold)];
    const typos: number[] = [];
    for (const _ of draws) typos.push(await mrr((query) => misspelt(fold(query), random)));
    const misspeltMean = typos.reduce((sum, one) => sum + one, 0) / draws.length;
    expect(folded).toBeGreaterThanOrEqual(kept * clean);
    expect(misspeltMean).toBeGreaterThanOrEqual(kept * clean);
    return { queries: set.queries.length, ...shown({ clean, folded, misspelt: misspeltMean }) };
  },
};

interface JudgedQuery {
  readonly query: string;
  /** By the article's name; 2 and 3 answer the query. */
  readonly judged: Readonly<Record<string, number>>;
}

/** The Polish articles of the demo, and the queries that are not held back. */
function demoSet(): LabelledSet {
  const files = globSync(`articles/now/**/*${polish}`, { cwd: demo }).sort();
  const documents = files.map((file) => {
    const [, front = '', ...body] = readFileSync(join(demo, file), 'utf8').split(/^---$/m);
    const { title, keywords = [] } = parse(front) as { readonly title: string; readonly keywords?: readonly string[] };
    // Links name files there; in a library they name numbers.
    const text = body.join('---').replaceAll(/\[([^\]]*)\]\(article:[^)]*\)/g, '$1');
    return { id: basename(file, polish), title, keywords, body: text.trim() };
  });
  const known = new Set(documents.map(({ id }) => id));
  const queries = (JSON.parse(readFileSync(join(demo, 'queries/pl.json'), 'utf8')) as JudgedQuery[])
    .map(({ query, judged }) => ({ query, relevant: Object.keys(judged).filter((name) => (judged[name] ?? 0) >= 2) }))
    .filter(({ relevant }) => relevant.some((name) => known.has(name)));
  return { locale: 'pl', documents, queries };
}

/** Answers the names of the articles by their numbers. */
async function publishAll(kb: KnowledgeBase, { documents }: LabelledSet): Promise<Map<number, string | number>> {
  const names = new Map<number, string | number>();
  for (const { id, title, keywords = [], body } of documents) {
    const { articleId, number } = await kb.begin({ sourceLocale: 'pl' });
    await kb.publish(articleId, 'pl', { title, keywords, body });
    names.set(number, id);
  }
  return names;
}

const shown = (figures: Readonly<Record<string, number>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [`MRR@10 ${name}`, value.toFixed(3)]));
