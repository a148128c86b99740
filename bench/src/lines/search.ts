import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { documentsOf, type LabelledSet, reciprocalRank, recombined } from '@guichet/search/quality';
import { seeded } from '@guichet/testing';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import { atMost, figure, interleave, quantile, ratio } from '../rounds.js';
import { type Engine, startGuichet, startMiniSearch, startTsRank } from '../search/engines.js';

const sets = ['gnome-en', 'gnome-fr', 'gnome-pl', 'cnil-fr'];

function setOf(name: string): LabelledSet {
  const file = join(process.env['GUICHET_REAL_LOGS'] ?? '', 'search', `${name}.json.gz`);
  if (!existsSync(file))
    throw new Error(`There is no ${file}: set GUICHET_REAL_LOGS to the folder of the labelled sets.`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as LabelledSet;
}

/** How good each engine is, on each set. */
async function quality(context: BenchContext): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of sets) {
    const set = setOf(name);
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
async function timesOf(engine: Engine, queries: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const query of queries) {
    const begin = performance.now();
    await engine.find(query);
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b);
}

async function run(context: BenchContext) {
  const [small, large, rounds] = context.isQuick ? [500, 2_000, 2] : [10_000, 100_000, 5];
  const cnil = setOf('cnil-fr');
  const queries = cnil.queries.map(({ query }) => query);
  const ofSize = (count: number): LabelledSet => ({ ...cnil, documents: recombined(cnil, count, seeded(count)) });
  const few = ofSize(small);
  const many = ofSize(large);
  context.say(`${small} texts into three engines …`);
  const [ours, postgres, mini] = [
    await startGuichet(context, few),
    await startTsRank(context, few),
    await startMiniSearch(context, few),
  ];
  context.say(`${large} texts into Guichet …`);
  const begin = performance.now();
  const oursMany = await startGuichet(context, many);
  const seconds = (performance.now() - begin) / 1000;
  const p50 = (engine: Engine) => async () => quantile(await timesOf(engine, queries), 0.5);
  const times = await interleave(
    { ours: p50(ours), oursMany: p50(oursMany), postgres: p50(postgres), mini: p50(mini) },
    { rounds },
  );
  const p95 = [quantile(await timesOf(oursMany, queries), 0.95)];
  const found = await publishAndFind(oursMany, many, context.isQuick ? 5 : 20);
  const mb = (bytes: number) => [bytes / 2 ** 20];
  return {
    figures: [
      figure(`p50 of a search, ${small} texts`, 'ms', times.ours, atMost(8)),
      figure(`p50 of a search, ${large} texts`, 'ms', times.oursMany),
      ratio('p50, many texts ÷ few', times.oursMany, times.ours, atMost(4)),
      figure(`p95 of a search, ${large} texts`, 'ms', p95),
      figure(`p50 of ts_rank, ${small} texts`, 'ms', times.postgres),
      figure(`p50 of MiniSearch, ${small} texts`, 'ms', times.mini),
      figure(`a text changed, committed and found, among ${large}`, 'ms', found, atMost(1_000)),
      figure(`index ÷ text, ${small} texts`, '×', [(await ours.bytes()) / bytesOf(few)], atMost(1.5)),
      figure(`index ÷ text, ${large} texts`, '×', [(await oursMany.bytes()) / bytesOf(many)], atMost(1.5)),
      figure(`index of Guichet, ${small} texts`, 'MB', mb(await ours.bytes())),
      figure(`table and index of ts_rank, ${small} texts`, 'MB', mb(await postgres.bytes())),
      figure(`heap of MiniSearch, ${small} texts`, 'MB', mb(await mini.bytes())),
      figure(`texts written`, 'texts/s', [large / seconds]),
      ...(await quality(context)),
    ],
    notes: [
      `Texts recombined from the French set (cnil-fr), ${Math.round(bytesOf(few) / small)} bytes each; its ${queries.length} questions, one after the other.`,
      'Guichet: the tables of a service under row-level security, a snapshot for each search, snippets and marks included. The index holds the texts.',
      'ts_rank: weighted tsvector, GIN, any of the words; Polish without a stemmer. MiniSearch: in this process, fuzzy 0.2, title 3, keywords 2.',
    ],
  };
}

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
