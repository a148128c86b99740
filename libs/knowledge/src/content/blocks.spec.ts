import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { type Block, joinBlocks, withIds } from './blocks.js';
import { cleanMarkdown, parseMarkdown, stringifyMarkdown } from './markdown.js';
import { anyMarkdown, anyProse } from './testing/markdown.js';
import { splitBlocks } from './text-facts.js';

const blocks = (markdown: string, previous: readonly Block[] = [], revision = 1) =>
  withIds(splitBlocks(markdown), previous, revision);
const idsOf = (of: readonly Block[]) => of.map(({ id }) => id);
const anyParagraphs = fc.uniqueArray(anyProse, { minLength: 1, maxLength: 8 });

/** Paragraphs that are so alike that several could be the same block. */
const anyAlike = fc
  .array(fc.constantFrom('a b c d e', 'a b c d f', 'a b c g e', 'a b c d e f', 'x b c d e'), { maxLength: 6 })
  .map((texts) => texts.join('\n\n'));

/** The tree without what only says where things stood. */
const content = (markdown: string) =>
  JSON.parse(
    JSON.stringify(parseMarkdown(markdown), (key, value: unknown) => (key === 'position' ? undefined : value)),
  );

describe('splitting', () => {
  it('makes a block of each part at the top', () => {
    const text =
      '# Zwrot\n\nPierwszy **akapit** [tu](article:1).\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n:::note\nUwaga\n:::';
    expect(blocks(text).map(({ id, kind, text: shown, words }) => [id, kind, shown, words])).toEqual([
      ['1.1', 'heading', 'Zwrot', 1],
      ['1.2', 'paragraph', 'Pierwszy akapit tu.', 3],
      ['1.3', 'list', 'a\nb', 2],
      ['1.4', 'table', 'x y\n1 2', 4],
      ['1.5', 'containerDirective', 'Uwaga', 1],
    ]);
  });

  it('counts words of languages that are written without spaces', () => {
    expect(splitBlocks('東京に行きます。')[0]?.words).toBe(4);
    expect(splitBlocks('ไปโรงเรียน')[0]?.words).toBe(2);
    expect(splitBlocks("L'été, c'est l'e-mail de 2024.")[0]?.words).toBe(5);
  });

  it('knows content from the way it was typed', () => {
    const hash = (markdown: string) => splitBlocks(markdown)[0]?.hash;
    expect(hash('* a\n* b')).toBe(hash('- a\n- b\n'));
    expect(hash('__a__')).toBe(hash('**a**'));
    expect(hash('a')).not.toBe(hash('**a**'));
    expect(hash('e\u0301')).toBe(hash('\u00e9'));
  });

  /** A list right below a paragraph may begin otherwise than below an empty line (CommonMark 0.31, example 304). */
  const isSpaced = (markdown: string) => {
    const clean = cleanMarkdown(markdown);
    const places = parseMarkdown(markdown).children.map(({ position }) => position!);
    return places.every((place, at) => {
      const next = places[at + 1];
      return !next || /\n[ \t>]*\n/.test(clean.slice(place.end.offset! - 1, next.start.offset));
    });
  };

  it('is undone by joining, for any text with empty lines between its blocks', () => {
    fc.assert(
      fc.property(anyMarkdown, (markdown) => {
        fc.pre(isSpaced(markdown));
        const split = splitBlocks(markdown);
        const joined = joinBlocks(split);
        expect(content(joined)).toEqual(content(markdown));
        expect(splitBlocks(joined)).toEqual(split);
      }),
      { numRuns: effort(300, 20_000) },
    );
  });

  it('and joining any text give one that stays as it is', () => {
    fc.assert(
      fc.property(anyMarkdown, (markdown) => {
        const joined = joinBlocks(splitBlocks(markdown));
        expect(joinBlocks(splitBlocks(joined))).toBe(joined);
      }),
      { numRuns: effort(300, 20_000) },
    );
  });

  it('writes a tree so that it reads the same', () => {
    const text = cleanMarkdown(
      '# A: b\n\n:::note[x:y]\n*a* **b** std::vector <b> 10:30\n:::\n\n1. x\n\n   ```js\n   a\n   ```\n',
    );
    expect(content(stringifyMarkdown(parseMarkdown(text)))).toEqual(content(text));
  });
});

describe('ids', () => {
  it('stay when blocks change places', () => {
    fc.assert(
      fc.property(
        anyParagraphs.chain((texts) =>
          fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, { minLength: texts.length })),
        ),
        ([texts, shuffled]) => {
          const before = blocks(texts.join('\n\n'));
          const after = blocks(shuffled.join('\n\n'), before, 2);
          for (const { id, text } of after) expect(before.find((block) => block.text === text)?.id).toBe(id);
        },
      ),
    );
  });

  it('stay when fewer than two fifths of the words change, wherever the block goes', () => {
    const words = 'one two three four five six seven eight nine ten'.split(' ');
    const before = blocks(`Title of it\n\n${words.join(' ')}\n\nSomething else altogether`);
    const edited = (changed: number) => words.map((word, place) => (place < changed ? `x${word}` : word)).join(' ');
    expect(idsOf(blocks(`${edited(4)}\n\nTitle of it`, before, 2))).toEqual(['1.2', '1.1']);
    expect(idsOf(blocks(`${edited(5)}\n\nTitle of it`, before, 2))).toEqual(['2.1', '1.1']);
  });

  it('go to the block that is most alike', () => {
    const before = blocks('one two three four five');
    expect(idsOf(blocks('one two three four six\n\none two three four five six', before, 2))).toEqual(['2.1', '1.1']);
  });

  it('are in order for blocks that are equal', () => {
    const before = blocks('---\n\na\n\n---\n\nb\n\n---');
    expect(idsOf(blocks('---\n\nb\n\n---', before, 2))).toEqual(['1.1', '1.4', '1.3']);
  });

  it('are never given twice', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyMarkdown, anyAlike), { minLength: 1, maxLength: 4 }), (texts) => {
        let last: readonly Block[] = [];
        texts.forEach((text, place) => {
          last = blocks(text, last, place + 1);
          expect(new Set(idsOf(last)).size).toBe(last.length);
        });
      }),
    );
  });

  it('are found soon even for 2,000 blocks of the same words in other orders', () => {
    const words = 'a b c d e f g h i j k l'.split(' ');
    const turned = (by: number) => [...words.slice(by % 12), ...words.slice(0, by % 12)].join(' ');
    const text = (from: number) =>
      Array.from({ length: 1_900 }, (_, n) => ({ ...plain(`${turned(n + from)} ${n + from}`), hash: `${from}-${n}` }));
    const plain = (shown: string) => ({ kind: 'paragraph' as const, markdown: shown, text: shown, words: 13 });
    const before = withIds(text(0), [], 1);
    const started = process.cpuUsage();
    const after = withIds(text(12), before, 2);
    const { user } = process.cpuUsage(started);
    expect(user / 1000).toBeLessThan(20_000);
    expect(after.filter(({ id }) => id.startsWith('1.')).length).toBeGreaterThan(1_000);
  });
});
