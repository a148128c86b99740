import fc from 'fast-check';

/** Pieces of Markdown that mean something, and words. Put together at random they meet in every unplanned way. */
const pieces = [
  ...['word', 'Wörter', '日本語のテキスト', '42', ' ', ' ', '  ', '\n', '\n', '\n\n', '\n\n', '    ', '\t'],
  ...['# ', '## ', '- ', '+ ', '* ', '1. ', '3) ', '> ', '---', '***', '===', '```', '~~~', '`', '*', '**', '_', '~~'],
  ...[
    '[',
    ']',
    '(',
    ')',
    '](',
    '![',
    '[^1]',
    '[^1]: ',
    '[a]: ',
    '[a]',
    '<',
    '>',
    '</',
    '&',
    '&lt;',
    '&#x6a;',
    '\\',
    '|',
  ],
  ...[
    '|a|b|\n|-|-|\n|c|d|',
    '- [ ] ',
    '- [x] ',
    ':::note',
    ':::warning[Mind]',
    ':::',
    ':::steps',
    '::',
    ':a[b]{c=d}',
    '{#id .c}',
  ],
  ...[
    'article:42',
    'article:7#Setup',
    'file:11aa',
    'https://a.example/b?c=d&e',
    'www.a.example',
    'me@a.example',
    '#x',
    '/path',
  ],
  ...[
    'javascript:alert(1)',
    'data:text/html,x',
    '<script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=x>',
    '<!--',
    '-->',
  ],
  ...['"', "'", '\u0000', '\ufdd0', '\ufdd1', '\u2028', '\ufeff', '\u202e', '😀'],
];

/** Where nothing may lead: by chance alone no text would have a whole link to one of them. */
const addresses = [
  ...['javascript:alert(1)', 'JaVaScRiPt:x', 'vbscript:x', 'data:text/html,x', 'file:///etc/passwd', 'x%3Ay'],
  ...['//evil.example/a', '/\\evil.example', 'https://evil.example/p.gif', 'relative/a', '#"><b>', 'article:0'],
];
const anyLink = fc
  .tuple(fc.constantFrom('[x](', '![x](', '[![x](file:1a)]('), fc.constantFrom(...addresses))
  .map(([begin, address]) => `${begin}${address})`);

/** Any text, most of it Markdown. Texts of several thousand characters are rare. */
export const anyMarkdown = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: anyLink }), {
        ...{ maxLength: 40, size: 'max' },
      })
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200, size: 'max' }) },
);

/** The text of one block: prose of at least eight words, so that no two are alike by chance alone. */
export const anyProse = fc
  .array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 8, maxLength: 30 })
  .map((words) => words.join(' '));
