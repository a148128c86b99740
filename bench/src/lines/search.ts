import { documentsOf, type LabelledSet, reciprocalRank, recombined } from '@guichet/search/quality';
import { seeded } from '@guichet/testing';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import { atLeast, atMost, figure, interleave, quantile, ratio } from '../rounds.js';
import {
  type Engine,
  type GuichetEngine,
  startGuichet,
  startMiniSearch,
  startRows,
  startTsRank,
} from '../search/engines.js';
import { labelledSet } from '../search/labelled-sets.js';
import { processorTime } from '../search/processor-time.js';

interface Searcher {
  find(query: string): Promise<unknown>;
}

const sets = ['gnome-en', 'gnome-fr', 'gnome-pl', 'cnil-fr'];

/** How good each engine is, on each set. */
async function quality(context: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of sets) {
    const set = labelledSet(name);
    for (const start of [startGuichet, startTsRank, startMiniSearch]) {
      const engine = await start(context, set);
      let sum = 0;
      for (const { query, relevant } of set.queries) sum += reciprocalRank(await engine.find(query), relevant);
      figures.push(figure(`${name}: MRR@10 of ${engine.name}, × 100`, '%', [(sum / set.queries.length) * 100]));
    }
  }
  return figures;
}

const bytesOf = ({ documents }: LabelledSet): number =>
  documents.reduce(
    (sum, { title, keywords = [], body }) => sum + Buffer.byteLength([title, ...keywords, body].join('\n')),
    0,
  );

/** Milliseconds of every query, one after the other. */
async function timesOf(engine: Searcher, queries: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const query of queries) {
    const begin = performance.now();
    await engine.find(query);
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b);
}

/** Milliseconds of processor time of a search: this process and the server. */
async function processorTimeOf(engine: Engine, queries: readonly string[], adminUrl?: string): Promise<number> {
  const all = async () => {
    for (const query of queries) await engine.find(query);
  };
  return (await processorTime(adminUrl, all)) / queries.length;
}

async function run(context: BenchContext) {
  const [small, large, rounds] = context.isQuick ? [500, 2_000, 2] : [10_000, 100_000, 3];
  const cnil = labelledSet('cnil-fr');
  const queries = cnil.queries.map(({ query }) => query);
  const ofSize = (count: number): LabelledSet => ({ ...cnil, documents: recombined(cnil, count, seeded(count)) });
  const [least, few, many] = [ofSize(small / 10), ofSize(small), ofSize(large)];
  context.say(`${small} texts into three engines …`);
  const [oursLeast, ours] = [await startGuichet(context, least), await startGuichet(context, few)];
  const [postgres, mini] = [await startTsRank(context, few), await startMiniSearch(context, few)];
  const rows = await startRows(context, few);
  context.say(`${large} texts into Guichet …`);
  let oursMany = ours;
  const begin = performance.now();
  const writing = await processorTime(ours.database.adminUrl, async () => {
    oursMany = await startGuichet(context, many);
  });
  const seconds = (performance.now() - begin) / 1000;
  context.say('searching …');
  const p50 = (engine: Searcher) => async () => quantile(await timesOf(engine, queries), 0.5);
  const variants = {
    ours: p50(ours),
    oursMany: p50(oursMany),
    postgres: p50(postgres),
    mini: p50(mini),
    rows: p50(rows),
  };
  const times = await interleave(variants, { rounds });
  const { adminUrl } = ours.database;
  const processor = await interleave(
    {
      ours: () => processorTimeOf(ours, queries, adminUrl),
      oursMany: () => processorTimeOf(oursMany, queries, adminUrl),
      postgres: () => processorTimeOf(postgres, queries, adminUrl),
      mini: () => processorTimeOf(mini, queries),
    },
    { rounds },
  );
  const memory = process.memoryUsage().rss;
  const changes = context.isQuick ? 5 : 20;
  const found = await publishAndFind(oursMany, many, changes);
  const foundInLeast = await publishAndFind(oursLeast, least, changes);
  const mb = (bytes: number) => [bytes / 2 ** 20];
  const of = (name: string, count: number) => `${name}, ${count} texts`;
  const partsOf = async (engine: GuichetEngine, set: LabelledSet) =>
    Object.entries(await engine.parts()).map(([part, bytes]) =>
      figure(of(`${part} ÷ text`, set.documents.length), '×', [bytes / bytesOf(set)]),
    );
  return {
    figures: [
      figure(of('p50 of a search', small), 'ms', times.ours, atMost(8)),
      figure(of('p50 of a search', large), 'ms', times.oursMany),
      ratio('p50, many texts ÷ few', times.oursMany, times.ours, atMost(4)),
      figure(of('p95 of a search', large), 'ms', [quantile(await timesOf(oursMany, queries), 0.95)]),
      figure(of('p50 of ts_rank', small), 'ms', times.postgres),
      figure(of('p50 of MiniSearch', small), 'ms', times.mini),
      figure(of('p50 of a row for each posting', small), 'ms', times.rows),
      ratio('p50, a row for each posting ÷ Guichet', times.rows, times.ours, atLeast(15)),
      figure(of('processor time of a search', small), 'ms', processor.ours),
      figure(of('processor time of a search', large), 'ms', processor.oursMany),
      ratio('processor time, many texts ÷ few', processor.oursMany, processor.ours, atMost(4)),
      ratio('processor time, Guichet ÷ ts_rank', processor.ours, processor.postgres),
      ratio('processor time, Guichet ÷ MiniSearch', processor.ours, processor.mini),
      figure(`a text changed, committed and found, among ${large}`, 'ms', found, atMost(1_000)),
      figure(
        `the same among ${large} ÷ among ${small / 10}, of medians`,
        '×',
        [middle(found) / middle(foundInLeast)],
        atMost(1.5),
      ),
      figure(of('index ÷ text', small), '×', [(await ours.bytes()) / bytesOf(few)], atMost(1.5)),
      figure(of('index ÷ text', large), '×', [(await oursMany.bytes()) / bytesOf(many)], atMost(1.5)),
      ...(await partsOf(ours, few)),
      ...(await partsOf(oursMany, many)),
      figure(of('a text in the index', large), 'B', [(await oursMany.bytes()) / large]),
      figure(of('index of Guichet', small), 'MB', mb(await ours.bytes())),
      figure(of('table and index of ts_rank', small), 'MB', mb(await postgres.bytes())),
      figure(of('a row for each posting', small), 'MB', mb(await rows.bytes())),
      figure(of('heap of MiniSearch', small), 'MB', mb(await mini.bytes())),
      figure('memory of this process, MiniSearch and all texts included', 'MB', mb(memory)),
      figure('texts written', 'texts/s', [large / seconds]),
      figure('processor time of a text written', 'ms', [writing / large]),
      ...(await quality(context)),
    ],
    notes: [
      `Texts recombined from the French set (cnil-fr), ${Math.round(bytesOf(few) / small)} bytes each; its ${queries.length} questions, one after the other. Such texts have no more words than the set, however many they are: the lexicon is small.`,
      'Guichet: the tables of a service under row-level security, a snapshot for each search, snippets and marks included. The index holds the texts.',
      'ts_rank: weighted tsvector, GIN, any of the words; Polish without a stemmer. MiniSearch: in this process, fuzzy 0.2, title 3, keywords 2.',
      'A row for each posting: stems only, added up by PostgreSQL; no letters, no snippets.',
      'Processor time: of this process and of the sessions of the server.',
    ],
  };
}

const middle = (samples: readonly number[]): number =>
  quantile(
    [...samples].sort((a, b) => a - b),
    0.5,
  );

/** Milliseconds from a changed text to the search that finds it. */
async function publishAndFind(
  engine: Awaited<ReturnType<typeof startGuichet>>,
  set: LabelledSet,
  times: number,
): Promise<number[]> {
  const documents = documentsOf(set);
  const samples: number[] = [];
  for (let i = 0; i < times; i++) {
    const document = documents[(i * 7919) % documents.length];
    if (!document) throw new Error('There are no texts.');
    const word = `nouveaute${String.fromCharCode(97 + i)}x`;
    const begin = performance.now();
    await engine.change([{ type: 'put', document: { ...document, title: `${document.title} ${word}` } }]);
    const [id] = await engine.find(word);
    samples.push(performance.now() - begin);
    if (id !== set.documents[document.number]?.id)
      throw new Error(`The text ${document.number} was not found by ${word}.`);
  }
  return samples;
}

export const search: BenchLine = {
  id: 'search',
  title: 'Search beside ts_rank and MiniSearch: quality, speed, size',
  seconds: 600,
  run,
};
