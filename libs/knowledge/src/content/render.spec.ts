import fc from 'fast-check';
import type { Element, Root } from 'hast';
import rehypeParse from 'rehype-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { markdownOfHtml } from './from-html.js';
import { renderMarkdown } from './render-markdown.js';
import { withLinks } from './rendered-links.js';
import { anyMarkdown } from './testing/markdown.js';

const elementsOf = (html: string): readonly Element[] => {
  const root: Root = unified().use(rehypeParse, { fragment: true }).parse(html);
  const elements: Element[] = [];
  visit(root, 'element', (element) => void elements.push(element));
  return elements;
};

const tags = new Set(
  (
    'h2 h3 h4 h5 h6 p hr br blockquote pre ul ol li input table thead tbody tr th td aside div section ' +
    'a img em strong del code sup'
  ).split(' '),
);
const attributes = new Set(
  (
    'dataBlock id href title dataFootnoteRef dataFootnoteBackref src alt start className type disabled checked align ' +
    'dataFootnotes rel'
  ).split(' '),
);

/** What a browser must never be given: read back by an HTML parser, not searched for in the text. */
function faultsOf(html: string): readonly string[] {
  return elementsOf(html).flatMap(({ tagName, properties }) => [
    ...(tags.has(tagName) ? [] : [`<${tagName}>`]),
    ...Object.keys(properties).filter((name) => !attributes.has(name)),
    ...[
      ['href', /^(?:https?:\/\/|mailto:|tel:|#content-|\/(?![/\\])|[\ufdd0](?:article|file):)/i] as const,
      // A picture from elsewhere would tell its host who reads.
      ['src', /^[\ufdd0]file:/] as const,
    ].flatMap(([name, allowed]) => {
      const address = properties[name];
      return address === undefined || allowed.test(String(address)) ? [] : [String(address)];
    }),
    ...(properties['id'] === undefined || String(properties['id']).startsWith('content-')
      ? []
      : [String(properties['id'])]),
  ]);
}

const render = (markdown: string) => renderMarkdown(markdown).html;
const shown = (markdown: string) =>
  withLinks(render(markdown), (target) =>
    target.kind === 'article'
      ? target.number === 42
        ? { href: '/pl/a/42-zwrot', title: 'Zwrot <pieniędzy>', language: 'en' }
        : undefined
      : target.id === 'gone'
        ? undefined
        : { href: `/knowledge/v1/files/${target.id}/x.png` },
  );

describe('attacks', () => {
  it.each([
    ['javascript link', '[x](javascript:alert(1))'],
    ['in other case', '[x](JaVaScRiPt:alert(1))'],
    ['with entities', '[x](java&#10;script&colon;alert(1))'],
    ['with a tab', '[x](<java\tscript:alert(1)>)'],
    ['with spaces before', '[x](<  javascript:alert(1)>)'],
    ['with a control character', '[x](\u0001javascript:alert(1))'],
    ['percent-encoded', '[x](javascript%3Aalert(1))'],
    ['autolink', '<javascript:alert(1)>'],
    ['by reference', '[x][y]\n\n[y]: javascript:alert(1)'],
    ['data link', '[x](data:text/html;base64,PHNjcmlwdD4=)'],
    ['vbscript', '[x](vbscript:msgbox(1))'],
    ['file address', '[x](file:///etc/passwd)'],
    ['other host without a scheme', '[x](//evil.example/a)'],
    ['other host by a backslash', '[x](/\\evil.example/a)'],
    ['picture with script', '![x](javascript:alert(1))'],
    ['picture from elsewhere', '![x](https://evil.example/pixel.gif)'],
    ['picture as data', '![x](data:image/svg+xml,<svg/onload=alert(1)>)'],
    ['script tag', '<script>alert(1)</script>'],
    ['onerror', '<img src=x onerror=alert(1)>'],
    ['svg', '<svg onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>'],
    ['math', '<math><mi xlink:href="data:x,<script>alert(1)</script>"></mi></math>'],
    ['style', '<style>@import "//evil.example"</style>'],
    ['iframe', '<iframe srcdoc="<script>alert(1)</script>"></iframe>'],
    ['unclosed tag', '<img src="x` `<script>alert(1)</script>"` `>'],
    ['broken out of an attribute', '[x](https://a.example/"onmouseover=alert(1)//)'],
    ['broken out of a title', '[x](https://a.example "a\\"onmouseover=\\"alert(1)")'],
    ['broken out of alt', '!["onerror="alert(1)](file:abc)'],
    ['broken out of a language', '```"><script>alert(1)</script>\nx\n```'],
    ['attributes of a directive', ':::note{#top .danger onclick=alert(1) style="x"}\nx\n:::'],
    ['name of a directive', ':::script\nalert(1)\n:::'],
    ['id of a heading', '# constructor\n\n# __proto__\n\n# <img src=x onerror=1>'],
    ['footnote label', 'x[^"><script>alert(1)</script>]\n\n[^"><script>alert(1)</script>]: y'],
    ['forged mark', '\ufdd0article:42\ufdd1 and \ufdd0javascript:x\ufdd1'],
    ['mark in an address', '[x](https://a.example/\ufdd1"onclick=alert(1))'],
    ['entity for a tag', '&lt;script&gt;alert(1)&lt;/script&gt; &#60;script>'],
    [
      'polyglot',
      'jaVasCript:/*-/*`/*\\`/*\'/*"/**/(/* */oNcliCk=alert() )//%0D%0A//</stYle/</titLe/--!>\\x3csVg/<sVg/oNloAd=alert()//>',
    ],
    ['nul in a scheme', '[x](java\u0000script:alert(1))'],
    ['fragment', '[x](#"><script>alert(1)</script>) [y](article:42#"><script>)'],
  ])('%s', (_, markdown) => {
    expect(faultsOf(render(markdown))).toEqual([]);
    const page = shown(markdown);
    expect(elementsOf(page).filter(({ tagName }) => !tags.has(tagName))).toEqual([]);
    expect(page).not.toMatch(/[\ufdd0-\ufdef]/);
  });

  it('sees each of the faults that it looks for', () => {
    expect(faultsOf('<script></script><p onclick=x></p><a href="javascript:x" id=top></a><img src=//a>')).toEqual([
      '<script>',
      'onClick',
      'javascript:x',
      'top',
      '//a',
    ]);
  });
});

describe('any text', () => {
  it('gives nothing but allowed HTML, and twice the same', () => {
    fc.assert(
      fc.property(anyMarkdown, (markdown) => {
        const html = render(markdown);
        expect(faultsOf(html)).toEqual([]);
        expect(render(markdown)).toBe(html);
      }),
    );
  });

  it('gives nothing but allowed HTML when it comes as HTML', () => {
    fc.assert(
      fc.property(anyMarkdown, (html) => {
        const { markdown } = markdownOfHtml(html, { picture: () => 'file:abc' });
        expect(faultsOf(render(markdown))).toEqual([]);
      }),
    );
  });

  it('is written as valid HTML: no parser has to mend it', () => {
    const html = render('# A & B\n\n- a\n\n  > b\n\n| a | b |\n|:-|-:|\n| 1 | 2 |\n\nx[^1]\n\n[^1]: y\n\n- [ ] z');
    const names = [...html.matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name);
    expect(elementsOf(html).map(({ tagName }) => tagName)).toEqual(names);
  });
});

describe('what is shown', () => {
  it('keeps what looks like HTML as text', () => {
    expect(render('ssh <host> and <b>**x**</b>')).toBe(
      '<p>ssh &#x3C;host> and &#x3C;b><strong>x</strong>&#x3C;/b></p>',
    );
  });

  it('shows notes, warnings and steps', () => {
    expect(render(':::note[Mind **this**]\nText\n:::')).toBe(
      '<aside class="note"><p class="label">Mind <strong>this</strong></p><p>Text</p></aside>',
    );
    expect(render(':::steps\n1. a\n2. b\n:::')).toBe('<div class="steps"><ol>\n<li>a</li>\n<li>b</li>\n</ol></div>');
    expect(render(':::unknown\nText\n:::')).toBe('<div><p>Text</p></div>');
  });

  it('leaves a colon before a word alone', () => {
    expect(render('see note:this, std::vector, 10:30 and\n\n::video[x]')).toBe(
      '<p>see note:this, std::vector, 10:30 and</p>\n<p>::video[x]</p>',
    );
  });

  it('names headings once each, the highest level as 2', () => {
    const { html, headings } = renderMarkdown('## Żółty kot\n\n#### Żółty kot\n\n## はじめに\n\n## !!!');
    expect(headings).toEqual([
      { level: 2, text: 'Żółty kot', id: 'content-zolty-kot' },
      { level: 4, text: 'Żółty kot', id: 'content-zolty-kot-2' },
      { level: 2, text: 'はじめに', id: 'content-はじめに' },
      { level: 2, text: '!!!', id: 'content-section' },
    ]);
    expect(html).toContain('<h2 id="content-zolty-kot">');
    expect(render('[there](#Żółty%20kot)')).toContain('href="#content-zolty-kot"');
  });

  it('tells robots and other hosts nothing by outer links', () => {
    expect(render('[x](https://a.example)')).toBe(
      '<p><a href="https://a.example" rel="nofollow noopener noreferrer">x</a></p>',
    );
    expect(render('![a cat](https://a.example/cat.png)')).toBe(
      '<p><a href="https://a.example/cat.png" rel="nofollow noopener noreferrer">a cat</a></p>',
    );
  });

  it('says of each top-level element which block it is', () => {
    expect(renderMarkdown('a\n\n- b\n\n[x]: /y\n\nc', ['1.1', '2.1', '2.2', '1.2']).html).toBe(
      '<p data-block="1.1">a</p>\n<ul data-block="2.1">\n<li>b</li>\n</ul>\n<p data-block="1.2">c</p>',
    );
  });

  it('keeps footnotes within the text', () => {
    const html = render('x[^a]\n\n[^a]: y');
    const [reference, back] = elementsOf(html).filter(({ tagName }) => tagName === 'a');
    const ids = elementsOf(html).flatMap(({ properties }) =>
      properties['id'] ? [`#${String(properties['id'])}`] : [],
    );
    expect(ids).toEqual(expect.arrayContaining([reference?.properties['href'], back?.properties['href']]));
    expect(html).not.toContain('Footnotes');
  });
});

describe('links to articles and files', () => {
  it('leads to the language that the reader sees, by its title where there is no other text', () => {
    expect(shown('[back](article:42) <article:42> [part](article:42#Mój%20zwrot)')).toBe(
      '<p><a href="/pl/a/42-zwrot" hreflang="en">back</a> ' +
        '<a href="/pl/a/42-zwrot" hreflang="en">Zwrot &#x3c;pieniędzy&#x3e;</a> ' +
        '<a href="/pl/a/42-zwrot#content-moj-zwrot" hreflang="en">part</a></p>',
    );
  });

  it('leaves the text of what a reader may not see', () => {
    expect(shown('"[back](article:7)" <article:7> ![a cat](file:gone)')).toBe(
      '<p>"<a>back</a>" <a>article:7</a> <img alt="a cat" /></p>',
    );
  });

  it('shows files', () => {
    expect(shown('![a "cat"](file:1a-2b)')).toBe(
      '<p><img src="/knowledge/v1/files/1a-2b/x.png" alt="a &#x22;cat&#x22;" /></p>',
    );
  });

  it('escapes what the resolver answers', () => {
    const hostile = { href: '/"><script>', title: '<script>', language: '"' };
    expect(faultsOf(withLinks(render('<article:1>'), () => hostile)).filter((fault) => fault !== 'hrefLang')).toEqual(
      [],
    );
  });
});
