import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ArticleText } from '../content/article-text.js';
import { TextReader } from '../content/text-reader.runtime.js';

/** The thread in which the texts of this process are read before anything is decided on them. */
@Injectable()
export class ArticleReader implements OnApplicationShutdown {
  private readonly reader = new TextReader();

  /** @throws DomainError `text-too-long`, `too-many-blocks`, `nested-too-deep` or `render-too-slow` (422) */
  mustBeReadable(markdown: string): Promise<ArticleText> {
    return this.reader.read({ markdown, revision: 1 });
  }

  onApplicationShutdown(): Promise<void> {
    return this.reader.close();
  }
}
