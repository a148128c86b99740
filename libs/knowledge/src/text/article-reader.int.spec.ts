import { factsIn, keptFacts } from '../content/text-facts.js';
import { parseMarkdown } from '../content/markdown.js';
import { ArticleReader } from './article-reader.runtime.js';

const reader = new ArticleReader();
afterAll(() => reader.onApplicationShutdown());

it('keeps what the thread has found in a text, as this thread would have found it', async () => {
  const markdown = '# Refunds\n\nWrite to jo@acme.com, or see [more](article:7).\n\n- one\n- two\n';
  expect(keptFacts(markdown)).toBeUndefined();
  const facts = await reader.mustBeReadable(markdown);
  expect(facts).toEqual(factsIn(parseMarkdown(markdown), markdown));
  expect(facts).toMatchObject({ articles: [7], personalData: [{ kind: 'email' }] });
  expect(keptFacts(markdown)).toEqual(facts);
});

it('refuses a text again that it has refused', async () => {
  const markdown = '*a_ '.repeat(12_000);
  for (let times = 0; times < 2; times++)
    await expect(reader.mustBeReadable(markdown)).rejects.toMatchObject({ code: 'render-too-slow' });
});
