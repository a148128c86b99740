import { readArticleText } from './article-text.js';
import { TextReader } from './text-reader.runtime.js';

const reader = new TextReader();
afterAll(() => reader.close());

const refusal = (code: string) => expect.objectContaining({ code, kind: 'invalid' });
const article = '# Refunds\n\nYou get your money back. See [more](article:7).\n\n- one\n- two\n\n'.repeat(20);

it('answers what the pure reader answers', async () => {
  const revision = {
    markdown: article,
    revision: 3,
    previous: readArticleText({ markdown: 'One two', revision: 1 }).blocks,
  };
  expect(await reader.read(revision)).toEqual(readArticleText(revision));
});

describe('texts that cost too much', () => {
  it.each([
    ['100,001 characters', 'a'.repeat(100_001), 'text-too-long'],
    ['2,001 blocks', '---\n'.repeat(2_001), 'too-many-blocks'],
    ['21 quotes', `${'>'.repeat(21)}a`, 'nested-too-deep'],
    ['10,000 nested quotes', '>'.repeat(10_000), 'nested-too-deep'],
    ['10,000 nested lists', '- '.repeat(10_000) + 'a', 'nested-too-deep'],
    ['10,000 nested numbers', '1) '.repeat(10_000) + 'a', 'nested-too-deep'],
    [
      'lists that nest line by line',
      Array.from({ length: 60 }, (_, n) => `${'  '.repeat(n)}- a`).join('\n'),
      'nested-too-deep',
    ],
    ['notes in notes', Array.from({ length: 30 }, (_, n) => `${':'.repeat(33 - n)}note`).join('\n'), 'nested-too-deep'],
    ['emphasis that never ends', '*a_ '.repeat(12_000), 'render-too-slow'],
    ['crossed-out text that never ends', '~~a'.repeat(16_000), 'render-too-slow'],
    ['brackets', '[a]('.repeat(12_000), 'render-too-slow'],
    ['2,000 notes that never end', ':::note\n'.repeat(2_000), 'render-too-slow'],
  ])('refuses %s', async (_, markdown, code) => {
    await expect(reader.read({ markdown, revision: 1 })).rejects.toEqual(refusal(code));
  });

  it('are refused before they are parsed, where a look is enough', () => {
    const before = process.cpuUsage();
    expect(() => readArticleText({ markdown: '>'.repeat(99_999), revision: 1 })).toThrow('more than 40 quotes');
    expect(() => readArticleText({ markdown: `${'> - '.repeat(24_000)}a`, revision: 1 })).toThrow(
      'more than 40 quotes',
    );
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(500);
  });

  it('are no reason to refuse the next one', async () => {
    const reads = ['*a_ '.repeat(12_000), 'a', '*a_ '.repeat(12_000), 'b'].map((markdown) =>
      reader.read({ markdown, revision: 1 }).then(
        ({ html }) => html,
        ({ code }: { code: string }) => code,
      ),
    );
    expect(await Promise.all(reads)).toEqual([
      'render-too-slow',
      '<p data-block="1.1">a</p>',
      'render-too-slow',
      '<p data-block="1.1">b</p>',
    ]);
  });
});

it('accepts rules, code and 20 levels', async () => {
  const markdown = `${'- '.repeat(60)}\n\n${'>'.repeat(20)}a\n\n\`\`\`\n${'>'.repeat(40)}\n\`\`\``;
  expect((await reader.read({ markdown, revision: 1 })).blocks.map(({ kind }) => kind)).toEqual([
    'thematicBreak',
    'blockquote',
    'code',
  ]);
});

it('accepts an ordinary article of 20,000 characters', async () => {
  const markdown = `${'Lorem ipsum dolor sit amet, consectetur adipiscing elit sed do. '.repeat(8)}\n\n`.repeat(38);
  expect(markdown.length).toBeGreaterThan(19_000);
  expect((await reader.read({ markdown, revision: 1 })).blocks).toHaveLength(38);
});

it('makes nobody wait without end', async () => {
  const small = new TextReader();
  const reads = Array.from({ length: 101 }, () => small.read({ markdown: 'a', revision: 1 }));
  await expect(reads.at(-1)).rejects.toThrow('100 texts are waiting');
  expect((await Promise.allSettled(reads)).filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
  await small.close();
});
