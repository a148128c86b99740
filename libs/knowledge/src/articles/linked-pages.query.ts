import { Injectable } from '@nestjs/common';
import { Files } from '../file/files.query.js';
import type { Languages } from '../library/library.js';
import { Articles } from './articles.query.js';
import { filesIn, numbersIn, pageOf } from './page.js';

/** Rendered texts with what they link to as it is now. */
@Injectable()
export class LinkedPages {
  constructor(
    private readonly articles: Articles,
    private readonly files: Files,
  ) {}

  /** @param rank of the audience that the reader belongs to: what is not for them stays as its text */
  async html(
    tenantId: string,
    html: string,
    requestedLocale: string,
    languages: Languages,
    rank: number,
  ): Promise<string> {
    const [numbers, fileIds] = [numbersIn(html), filesIn(html)];
    const linked = numbers.length === 0 ? [] : await this.articles.linked(tenantId, numbers, rank);
    const shownFiles = fileIds.length === 0 ? [] : await this.files.named(tenantId, fileIds);
    const fileNames = new Map(shownFiles.map((file) => [file.file_id, file.name]));
    return pageOf(html, requestedLocale, languages, linked, fileNames);
  }
}
