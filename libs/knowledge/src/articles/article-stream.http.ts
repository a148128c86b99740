import { type Audience, audienceAt, rankOf } from '@guichet/contracts';
import { createHash } from 'node:crypto';
import { type RequestContext } from '@guichet/http-host';
import { Changes, type LiveView } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { unknownArticle } from '../article/article.js';
import { audienceOf, writers } from '../callers.http.js';
import { textView } from './article-view.http.js';
import { Articles, type PublishedArticle } from './articles.query.js';

/** Of an article: where each language stands. Who is told of a new revision reads it. */
interface Told {
  readonly articleId: string;
  readonly number: number;
  readonly archived: boolean;
  readonly audience: Audience;
  readonly published: readonly {
    readonly locale: string;
    readonly revision: number;
    readonly title: string;
    readonly slug: string;
    readonly publishedAt: string;
    readonly stale: boolean;
  }[];
  /** For those who write: drafts and reviews too, so that nobody writes on what somebody else has changed. */
  readonly texts?: readonly ReturnType<typeof textView>[];
}

interface Seen {
  readonly id: string;
  readonly told: Told;
}

/** An article as it changes: Server-Sent Events named `article`. */
@Injectable()
export class ArticleStream {
  constructor(
    private readonly articles: Articles,
    private readonly changes: Changes,
  ) {}

  /** Whoever may read the same is told the same; those who write are told more. */
  view(ctx: RequestContext, articleId: string): LiveView<Seen> {
    const { tenantId } = ctx;
    const [rank, writes] = [rankOf(audienceOf(ctx)), ctx.is(...writers)];
    const look = () => this.look(tenantId, articleId, rank, writes);
    const eventOf = ({ id, told }: Seen) => ({ id, event: 'article', data: told });
    return {
      tenantId,
      key: `article/${articleId}/${writes ? 'writers' : rank}`,
      listen: (changed) => this.changes.listen(tenantId, articleId, changed),
      begin: (turn) => turn(look),
      async news({ id }, turn) {
        const seen = await turn(look);
        return seen.id === id ? undefined : { state: seen, events: [eventOf(seen)] };
      },
      welcome: async (seen, lastEventId) => (lastEventId === seen.id ? [] : [eventOf(seen)]),
    };
  }

  /** @throws DomainError `unknown-article` where the viewer may not read it, or not any more: that ends the stream. */
  private async look(tenantId: string, articleId: string, rank: number, writes: boolean): Promise<Seen> {
    const row = await this.articles.findPublished(tenantId, { articleId });
    const isTheirs = row !== undefined && row.effective_audience <= rank;
    if (!isTheirs || (!writes && row.publications.length === 0)) throw unknownArticle();
    const texts = writes ? (await this.articles.texts(tenantId, articleId)).map(textView) : undefined;
    const told: Told = { ...toldOf(row), ...(texts && { texts }) };
    return { id: createHash('sha256').update(JSON.stringify(told)).digest('base64url').slice(0, 22), told };
  }
}

const toldOf = (row: PublishedArticle): Told => ({
  articleId: row.article_id,
  number: Number(row.number),
  archived: row.archived,
  audience: audienceAt(row.effective_audience),
  published: row.publications
    .map(({ locale, revision, title, slug, published_from, stale }) => ({
      ...{ locale, revision, title, slug, stale: stale !== null },
      publishedAt: new Date(published_from).toISOString(),
    }))
    .sort((a, b) => (a.locale < b.locale ? -1 : 1)),
});
