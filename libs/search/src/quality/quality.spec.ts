import { existsSync } from 'node:fs';
import { seeded } from '@guichet/testing';
import { fold } from '../analysis/tokens.js';
import { memorySearchIndex } from '../memory/memory-search-index.js';
import { englishExcerpt, frenchExcerpt, polishExcerpt } from './excerpt.js';
import {
  documentsOf,
  type Find,
  type LabelledSet,
  meanOf,
  type Measure,
  ndcg,
  reciprocalRank,
} from './labelled-set.js';
import { misspelt } from './misspell.js';
import { readLabelledSet } from './read-labelled-set.node.js';
import { plainSnowball } from './snowball.js';

async function finderOf(set: LabelledSet): Promise<Find> {
  const index = memorySearchIndex();
  await index.change(documentsOf(set).map((document) => ({ type: 'put', document })));
  return async (text) => {
    const { hits } = await index.search({ text, locales: [set.locale], audiences: ['public'] });
    return hits.flatMap(({ number }) => set.documents[number]?.id ?? []);
  };
}

const mean = (set: LabelledSet, find: Find, measure: Measure = reciprocalRank, typed?: (query: string) => string) =>
  meanOf(set, find, measure, typed);

/** The loss is the mean of several draws: a single draw moves by more than what is allowed. */
async function lossByTypos(set: LabelledSet, find: Find, clean: number): Promise<number> {
  const draws = [1, 2, 3];
  const random = seeded(20_260_302);
  let sum = 0;
  for (const _ of draws) sum += await mean(set, find, reciprocalRank, (query) => misspelt(query, random));
  return clean - sum / draws.length;
}

describe('Search finds, in texts of our own,', () => {
  it.each([
    ['English', englishExcerpt],
    ['French', frenchExcerpt],
    ['Polish', polishExcerpt],
  ])('what answers a %s question, typed without accents too', async (_, set) => {
    const find = await finderOf(set);
    expect(await mean(set, find)).toBe(1);
    expect(await mean(set, find, ndcg)).toBe(1);
    expect(await mean(set, find, reciprocalRank, fold)).toBe(1);
    // Of four short questions, a word that cannot be read any more costs a quarter.
    expect(await lossByTypos(set, find, 1)).toBeLessThanOrEqual(0.25);
    expect(await mean(set, plainSnowball(set))).toBeLessThan(1);
  });
});

const folder = process.env['GUICHET_REAL_LOGS'];
const hasSets = folder !== undefined && existsSync(`${folder}/search`);
if (!hasSets) console.warn('Set GUICHET_REAL_LOGS to the folder of the labelled sets to measure search on them.');

const setOf = (name: string) => readLabelledSet(`${folder}/search/${name}.json.gz`);

/** MRR@10 that must be reached, and by how much more than plain Snowball. docs/search.md says where they come from. */
const gates = [
  { name: 'gnome-en', least: 0.855, aboveSnowball: 0 },
  { name: 'gnome-fr', least: 0.86, aboveSnowball: 0.02 },
  { name: 'gnome-pl', least: 0.84, aboveSnowball: 0.02 },
  { name: 'cnil-fr', least: 0.66, aboveSnowball: 0.02 },
];

(hasSets ? describe : describe.skip)('Search finds, in the labelled sets,', () => {
  it.each(gates)(
    'enough of $name',
    async ({ name, least, aboveSnowball }) => {
      const set = setOf(name);
      const find = await finderOf(set);
      const [ours, folded, snowball] = [
        await mean(set, find),
        await mean(set, find, reciprocalRank, fold),
        await mean(set, plainSnowball(set)),
      ];
      const [loss, gain] = [await lossByTypos(set, find, ours), await mean(set, find, ndcg)];
      const shown = (figure: number) => figure.toFixed(3);
      console.info(
        `${name}: MRR@10 ${shown(ours)}, without accents ${shown(folded)}, Snowball ${shown(snowball)}, ` +
          `lost by typos ${shown(loss)}, NDCG@10 ${shown(gain)}`,
      );
      expect(ours).toBeGreaterThanOrEqual(least);
      expect(folded).toBeGreaterThanOrEqual(least);
      expect(ours).toBeGreaterThanOrEqual(snowball + aboveSnowball);
      expect(loss).toBeLessThanOrEqual(0.04);
      if (name === 'cnil-fr') expect(gain).toBeGreaterThanOrEqual(0.68);
    },
    900_000,
  );
});
