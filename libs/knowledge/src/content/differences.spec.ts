import fc from 'fast-check';
import { alignedBlocks } from './aligned-blocks.js';
import { type Block, withIds } from './blocks.js';
import { blockOperations, type WordOperation, wordOperations } from './differences.js';
import { sideBySide } from './side-by-side.js';
import { anyMarkdown } from './testing/markdown.js';
import { splitBlocks } from './text-facts.js';

const textOf = (operations: readonly WordOperation[], without: WordOperation['op']) =>
  operations.flatMap(({ op, text }) => (op === without ? [] : [text])).join('');
const blocks = (markdown: string, previous: readonly Block[] = [], revision = 1) =>
  withIds(splitBlocks(markdown), previous, revision);

describe('words', () => {
  it('says which words changed', () => {
    expect(wordOperations('Click the red button.', 'Click the big blue button.')).toEqual([
      { op: 'same', text: 'Click the ' },
      { op: 'removed', text: 'red ' },
      { op: 'added', text: 'big blue ' },
      { op: 'same', text: 'button.' },
    ]);
  });

  it('holds both texts, whatever they are', () => {
    fc.assert(
      fc.property(anyMarkdown, anyMarkdown, (from, to) => {
        const operations = wordOperations(from, to);
        expect(textOf(operations, 'added')).toBe(from);
        expect(textOf(operations, 'removed')).toBe(to);
      }),
    );
  });

  it('shows texts that have little in common as replaced, soon', () => {
    const words = (from: number) => Array.from({ length: 9_000 }, (_, n) => `w${n * 2 + from}`).join(' ');
    expect(wordOperations(words(0), words(1)).map(({ op }) => op)).toEqual(['removed', 'added']);
  });
});

describe('blocks', () => {
  it('says what was changed, added, removed and moved', () => {
    const from = blocks('# Refunds\n\nYou get your money back in two weeks.\n\nAsk us.\n\nThe end of it.');
    const to = blocks('The end of it.\n\n# Refunds\n\nYou get your money back in three weeks.\n\nNew.', from, 2);
    expect(blockOperations(from, to)).toEqual([
      { op: 'same', id: '1.4', text: 'The end of it.', moved: true },
      { op: 'same', id: '1.1', text: '# Refunds', moved: false },
      {
        op: 'changed',
        id: '1.2',
        moved: false,
        words: [
          { op: 'same', text: 'You get your money back in ' },
          { op: 'removed', text: 'two' },
          { op: 'added', text: 'three' },
          { op: 'same', text: ' weeks.' },
        ],
      },
      { op: 'removed', id: '1.3', text: 'Ask us.' },
      { op: 'added', id: '2.4', text: 'New.' },
    ]);
  });

  it('holds both texts, whatever they are', () => {
    fc.assert(
      fc.property(anyMarkdown, anyMarkdown, (one, other) => {
        const from = blocks(one);
        const to = blocks(other, from, 2);
        const operations = blockOperations(from, to);
        const side = (without: 'added' | 'removed') =>
          operations.flatMap((operation) => {
            if (operation.op === without) return [];
            return operation.op === 'changed' ? [textOf(operation.words, without)] : [operation.text];
          });
        expect(side('removed')).toEqual(to.map(({ markdown }) => markdown));
        expect(side('added').sort()).toEqual(from.map(({ markdown }) => markdown).sort());
        expect(operations.some((operation) => 'moved' in operation && operation.moved)).toBe(
          operations
            .map(({ id }) => id)
            .filter((id) => from.some((block) => block.id === id) && to.some((block) => block.id === id))
            .join() !==
            from
              .map(({ id }) => id)
              .filter((id) => to.some((block) => block.id === id))
              .join(),
        );
      }),
    );
  });
});

describe('a translation beside its source', () => {
  const source = blocks('# Refunds\n\nYou get your money back in two weeks.\n\n- one\n- two\n\nWrite to us.');
  const polish = blocks(
    '# Zwroty\n\nPieniądze wrócą w dwa tygodnie.\n\nUwaga tylko po polsku, bo u nas jest inaczej.\n\n- raz\n- dwa\n\nNapisz.',
  );

  it('is paired by kind, length and order', () => {
    expect(Object.fromEntries(alignedBlocks(source, polish))).toEqual({
      '1.1': '1.1',
      '1.2': '1.2',
      '1.4': '1.3',
      '1.5': '1.4',
    });
  });

  it('keeps the pairs that are known', () => {
    const known = new Map([
      ['1.3', '1.2'],
      ['1.5', 'gone'],
    ]);
    expect(alignedBlocks(source, polish, known).get('1.3')).toBe('1.2');
    expect([...alignedBlocks(source, polish, known).values()]).not.toContain('gone');
  });

  it('shows each changed block of the source beside the translated one', () => {
    const released = blocks('# Refunds\n\nYou get your money back in three weeks.\n\n- one\n- two', source, 2);
    const rows = sideBySide({
      followed: source,
      released,
      outdated: [{ id: '1.2' }, { id: '1.4' }],
      translation: polish,
      renders: alignedBlocks(source, polish),
    });
    expect(
      rows.map(({ source: block, isOutdated, translation }) => [
        block?.op,
        isOutdated,
        translation.map(({ id }) => id),
      ]),
    ).toEqual([
      ['same', false, ['1.1']],
      ['changed', true, ['1.2', '1.3']],
      ['same', false, ['1.4']],
      ['removed', true, ['1.5']],
    ]);
  });
});
