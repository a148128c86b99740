import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { keepFacts, keptFacts, type TextFacts } from '../content/text-facts.js';
import { TextReader } from '../content/text-reader.runtime.js';

/** The thread in which the texts of this process are read before anything is decided on them. */
@Injectable()
export class ArticleReader implements OnApplicationShutdown {
  private readonly reader = new TextReader();

  /**
   * What was read lately is known to be readable: whoever publishes a text has mostly just saved it.
   * @throws DomainError `text-too-long`, `too-many-blocks`, `nested-too-deep` or `render-too-slow` (422)
   */
  async mustBeReadable(markdown: string): Promise<TextFacts> {
    const known = keptFacts(markdown);
    if (known !== undefined) return known;
    const text = await this.reader.read({ markdown, revision: 1 });
    const { headings, links, files, articles, picturesWithoutText, personalData } = text;
    const blocks = text.blocks.map(({ id: _, ...block }) => block);
    const facts = { headings, links, files, articles, picturesWithoutText, personalData, blocks };
    keepFacts(markdown, facts);
    return facts;
  }

  onApplicationShutdown(): Promise<void> {
    return this.reader.close();
  }
}
