import { readMarkdownFolder, writeMarkdownFolder } from './markdown-folder.js';
import { readZendesk, type ZendeskArticle, type ZendeskExport, zendeskArticleKey } from './zendesk.js';

const article = (id: number, more: Partial<ZendeskArticle> = {}): ZendeskArticle => ({
  id,
  source_locale: 'en-us',
  section_id: 20,
  title: `Article ${id}`,
  body: '<p>Text</p>',
  draft: false,
  html_url: `https://help.example/hc/en-us/articles/${id}-Article`,
  created_at: '2023-01-02T03:04:05Z',
  edited_at: '2024-01-02T03:04:05+01:00',
  ...more,
});
const translation = {
  source_id: 1,
  source_type: 'Article',
  locale: 'pl',
  title: 'Artykuł 1',
  body: '<p>Tekst <a href="/hc/en-us/articles/2-Article#x">dalej</a></p>',
  draft: true,
  html_url: 'https://help.example/hc/pl/articles/1-Artyku%C5%82',
  created_at: '2023-05-05T00:00:00Z',
  updated_at: null,
};
const records: ZendeskExport = {
  categories: [{ id: 10, source_locale: 'en-us', name: 'Billing' }],
  sections: [
    { id: 20, source_locale: 'en-us', name: 'Refunds', category_id: 10 },
    { id: 21, source_locale: 'en-us', name: 'Deep', category_id: 10, parent_section_id: 20 },
  ],
  articles: [
    article(1, {
      label_names: ['money'],
      body: '<h2>A</h2><img src="https://help.example/a.png" alt="A"><img src="https://help.example/gone.png"><script>x</script>',
    }),
    article(2, { section_id: 99, user_segment_id: 5 }),
    article(3, { section_id: 21, user_segment_id: 6 }),
    article(4, { user_segment_id: 7 }),
  ],
  translations: [
    translation,
    { ...translation, source_id: 77 },
    { ...translation, source_id: 20, source_type: 'Section', title: 'Zwroty', body: null },
    { ...translation, source_id: 10, source_type: 'Category', title: ' ', body: null },
  ],
  user_segments: [
    { id: 5, user_type: 'signed_in_users' },
    { id: 6, user_type: 'staff' },
  ],
};
const library = readZendesk(records, {
  picture: (source) => (source.endsWith('/a.png') ? 'file:11aa' : undefined),
  article: (key) => (key === zendeskArticleKey(2) ? 'article:42' : undefined),
});

describe('a help centre', () => {
  it('keeps its tree, with the names that were translated', () => {
    expect(library.categories).toEqual([
      { key: 'category-10', parent: undefined, names: { 'en-US': 'Billing' } },
      { key: 'section-20', parent: 'category-10', names: { 'en-US': 'Refunds', pl: 'Zwroty' } },
      { key: 'section-21', parent: 'section-20', names: { 'en-US': 'Deep' } },
    ]);
  });

  it('keeps its articles in their languages', () => {
    expect(library.articles[0]).toEqual({
      key: 'article-1',
      category: 'section-20',
      sourceLocale: 'en-US',
      audience: 'public',
      oldAddresses: [
        '/hc/en-us/articles/1',
        '/hc/en-us/articles/1-Article',
        '/hc/pl/articles/1',
        '/hc/pl/articles/1-Artyku%C5%82',
      ],
      texts: [
        {
          locale: 'en-US',
          revisions: [
            {
              at: '2024-01-02T02:04:05.000Z',
              title: 'Article 1',
              summary: '',
              keywords: ['money'],
              body: '## A\n\n![A](file:11aa)',
              isDraft: false,
            },
          ],
        },
        {
          locale: 'pl',
          revisions: [
            {
              at: '2023-05-05T00:00:00.000Z',
              title: 'Artykuł 1',
              summary: '',
              keywords: [],
              body: 'Tekst [dalej](article:42)',
              isDraft: true,
            },
          ],
        },
      ],
    });
  });

  it('shows nobody more than before', () => {
    expect(library.articles.map(({ audience }) => audience)).toEqual(['public', 'signed-in', 'agents', 'agents']);
  });

  it('says what did not come along', () => {
    expect(library.findings.map(({ code, key, locale, detail }) => [code, key, locale, detail])).toEqual([
      ['text-without-article', 'article-77', 'pl', 'The article is not in the export'],
      ['picture-missing', 'article-1', 'en-US', 'https://help.example/gone.png'],
      ['unsafe-dropped', 'article-1', 'en-US', '<script>, 1 times'],
      ['unknown-category', 'article-2', undefined, 'Section 99 is not in the export'],
      ['unknown-audience', 'article-4', undefined, 'User segment 7 is unknown; only agents may read the article'],
    ]);
  });

  it('takes the source text from the translations where it is among them', () => {
    const source = { ...translation, locale: 'en-us', title: 'Newer', body: '<p>Newer</p>' };
    const [first] = readZendesk(
      { ...records, translations: [source] },
      { picture: () => undefined, article: () => undefined },
    ).articles;
    expect(first?.texts.map(({ locale, revisions }) => [locale, revisions[0]?.title])).toEqual([['en-US', 'Newer']]);
  });

  it('leaves out what cannot be read, and says so', () => {
    const articles = [
      article(1, { source_locale: 'xx-' }),
      article(2, { title: ' ' }),
      article(3, { body: '<div>'.repeat(1000) }),
      article(4, { edited_at: 'soon' }),
      article(5, { body: null }),
    ];
    const read = readZendesk(
      { ...records, articles, translations: [] },
      { picture: () => undefined, article: () => undefined },
    );
    expect(read.articles.map(({ key }) => key)).toEqual(['article-5']);
    expect(read.findings.map(({ code, key }) => [code, key])).toEqual([
      ['not-imported', 'article-1'],
      ['text-refused', 'article-2'],
      ['source-text-missing', 'article-2'],
      ['text-refused', 'article-3'],
      ['source-text-missing', 'article-3'],
      ['text-refused', 'article-4'],
      ['source-text-missing', 'article-4'],
    ]);
  });

  it('can be exported as a folder', () => {
    const byKey = (a: { readonly key: string }, b: { readonly key: string }) => (a.key < b.key ? -1 : 1);
    const read = readMarkdownFolder(writeMarkdownFolder(library), 'en-US');
    expect(read.articles.toSorted(byKey)).toEqual(library.articles.toSorted(byKey));
    expect(read.categories.toSorted(byKey)).toEqual(library.categories.toSorted(byKey));
  });
});
