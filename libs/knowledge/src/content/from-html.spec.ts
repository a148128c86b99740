import { markdownOfHtml } from './from-html.js';

const here = { picture: (source: string) => (source.startsWith('https://cdn.example/') ? 'file:11aa' : undefined) };
const markdown = (html: string) => markdownOfHtml(html, here).markdown;

describe('content', () => {
  it('becomes Markdown', () => {
    const html =
      '<h2>Refunds</h2><p>Money &amp; <strong>time</strong>, <em>soon</em>: <a href="https://a.example">there</a>.</p>' +
      '<ol><li>One</li><li>Two<ul><li>Deep</li></ul></li></ol><pre><code class="language-js">a &lt; b</code></pre>' +
      '<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table><blockquote>Said</blockquote>';
    expect(markdown(html)).toBe(
      [
        '## Refunds',
        'Money & **time**, _soon_: [there](https://a.example).',
        '1. One\n2. Two\n   - Deep',
        '```js\na < b\n```',
        '| A | B |\n| - | - |\n| 1 | 2 |',
        '> Said',
      ].join('\n\n'),
    );
  });

  it('stays text where it looks like Markdown', () => {
    expect(markdown('<p># no title, *no* star, [no](link), :::note</p><p>:::note</p>')).toBe(
      '\\# no title, \\*no\\* star, \\[no]\\(link), :::note\n\n::\\:note',
    );
  });

  it('leads to articles that came along', () => {
    const link = (href: string) => href.replace(/^https:\/\/help\.example\/articles\/(\d+)$/, 'article:$1');
    const html = '<a href="https://help.example/articles/42">x</a> <a href=" https://a.example ">y</a> <a name=z>z</a>';
    expect(markdownOfHtml(html, { ...here, link }).markdown).toBe('[x](article:42) [y](https://a.example) z');
  });
});

describe('pictures', () => {
  it('are listed, and shown where they are there', () => {
    const html = '<p><img src="https://cdn.example/a.png" alt="A"> <img src="/gone.png" alt="gone"> <img src="x"></p>';
    expect(markdownOfHtml(html, here)).toEqual({
      markdown: '![A](file:11aa) gone',
      pictures: [
        { source: 'https://cdn.example/a.png', alt: 'A' },
        { source: '/gone.png', alt: 'gone' },
        { source: 'x', alt: '' },
      ],
      dropped: [],
    });
  });
});

describe('what is unsafe', () => {
  it('is dropped and listed', () => {
    const html =
      '<p onclick="x()" style="color:red" class="c">A</p><script>alert(1)</script><style>p{}</style><svg onload=x><a>S</a></svg>' +
      '<a href="java&#10;script:alert(1)">B</a><a href="JAVASCRIPT:x">C</a><img src="data:image/png;base64,AA" alt="D">' +
      '<form><input><button>E</button></form><iframe src="https://video.example/1"></iframe><iframe srcdoc="x"></iframe><!-- c -->';
    const { markdown: text, dropped } = markdownOfHtml(html, here);
    expect(text).toBe('A\n\nBCDE<https://video.example/1>');
    expect(dropped).toEqual([
      { what: 'onclick', times: 1 },
      { what: '<script>', times: 1 },
      { what: '<style>', times: 1 },
      { what: 'onload', times: 1 },
      { what: '<svg>', times: 1 },
      { what: 'javascript:', times: 2 },
      { what: 'data:', times: 1 },
      { what: '<form>', times: 1 },
      { what: '<input>', times: 1 },
      { what: '<button>', times: 1 },
      { what: '<iframe>', times: 2 },
    ]);
  });

  it.each(['div', 'blockquote', 'span', 'b', 'table', 'x-y'])('is refused when %s nests 10,000 times', (tag) => {
    expect(() => markdown(`<${tag}>`.repeat(10_000))).toThrow('deeper than 200');
  });

  it('may repeat what does not nest', () => {
    expect(markdown('<p>a<br>'.repeat(1_000)).match(/a/g)).toHaveLength(1_000);
    expect(markdown(`<ul>${'<li>a'.repeat(1_000)}</ul>`).match(/a/g)).toHaveLength(1_000);
  });

  it('is refused when it is a million characters long', () => {
    expect(() => markdown('a'.repeat(1_000_001))).toThrow('1000000 are allowed');
  });
});
