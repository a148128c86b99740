import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from '../machine.js';
import { toMarkdown, writePage } from './page.js';
import type { MeasuredLine } from './results.js';
import { toText } from './text.js';

const machine: Machine = {
  ...{ cpu: 'Slow 3000', cores: 2, memoryGiB: 8, system: 'linux 6', node: 'v26.0.0', postgres: '18.4' },
  ...{ settings: { fsync: 'on' }, loadBefore: 0.1, commit: 'abc1234', day: '2026-03-02' },
};

const line = (id: string, more: Partial<MeasuredLine> = {}): MeasuredLine => ({
  ...{ id, title: `Line ${id}`, machine },
  figures: [
    {
      ...{ name: `${id} ÷ peer`, unit: '×' as const, median: 2.5, min: 2, max: 3, rounds: 5 },
      goal: { value: 2, at: 'least' as const },
    },
  ],
  ...more,
});

const grown = line('grown', {
  notes: ['Six events a ticket.'],
  growth: [
    {
      ...{ name: 'cost', unit: 'µs', expected: 'constant' as const },
      points: [
        { tickets: 1000, value: 10 },
        { tickets: 10_000, value: 10 },
      ],
    },
  ],
});

describe('toMarkdown', () => {
  it('has a row for every figure, with its spread, goal and verdict', () => {
    expect(toMarkdown([line('a')], 'benchmarks')).toContain('| a ÷ peer | 2.5× | 2× – 3×, 5 rounds | ≥ 2× | met |');
  });

  it('has a section, with the plot, for lines that have something to say', () => {
    const page = toMarkdown([line('a'), grown], 'benchmarks');
    expect(page).not.toContain('## Line a');
    expect(page).toContain('## Line grown');
    expect(page).toContain('- Six events a ticket.');
    expect(page).toContain('![Line grown](benchmarks-grown.svg)');
  });

  it('names each machine once, with the lines measured there', () => {
    const later = { ...machine, day: '2026-03-03' };
    const page = toMarkdown([line('a'), line('b'), line('c', { machine: later })], 'benchmarks');
    const entries = page.split('## The machine')[1]?.match(/^- .*$/gm);
    expect(entries).toHaveLength(2);
    expect(entries?.[0]).toMatch(/^- 2026-03-02, commit abc1234: 2 × Slow 3000.*fsync=on.*: a, b$/);
    expect(entries?.[1]).toMatch(/^- 2026-03-03.*: c$/);
  });
});

describe('writePage', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guichet-bench-page-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps what was measured before, in the order of the table, and forgets lines that are no more', async () => {
    const file = join(folder, 'page.md');
    await writePage(file, [line('gone'), line('b')], [{ id: 'gone' }, { id: 'b' }]);
    await writePage(file, [line('a'), grown], [{ id: 'a' }, { id: 'b' }, { id: 'grown' }]);
    const rows = (await readFile(file, 'utf8')).match(/^\| \w+ ÷ peer/gm);
    expect(rows).toEqual(['| a ÷ peer', '| b ÷ peer', '| grown ÷ peer']);
    expect((await readdir(folder)).sort()).toEqual(['page-grown.svg', 'page.json', 'page.md']);
  });

  it('replaces what is measured again', async () => {
    const file = join(folder, 'page.md');
    await writePage(file, [line('a', { notes: ['old'] })], [{ id: 'a' }]);
    await writePage(file, [line('a', { notes: ['new'] })], [{ id: 'a' }]);
    const page = await readFile(file, 'utf8');
    expect(page).toContain('- new');
    expect(page).not.toContain('- old');
  });
});

describe('toText', () => {
  it('has the figures, the growth and the notes of a line', () => {
    const text = toText([grown]);
    expect(text).toMatch(/^grown: Line grown\n {2}grown ÷ peer .* 2\.5× .*≥ 2× .*met/);
    expect(text).toContain('cost, by tickets: 1,000: 10 µs, 10,000: 10 µs');
    expect(text).toContain('· Six events a ticket.');
  });
});
