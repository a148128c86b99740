import { type Audience, audiences, rankOf } from '@guichet/contracts';
import { TenantDatabase } from '@guichet/event-sourcing';
import { type Hit, postgresSearchIndex, type SearchAnswer, searchTables } from '@guichet/search';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { categoryFacet, solvedFacet } from './found.js';

const schema = 'read_model';
const { document } = searchTables();

export interface FoundTopic extends Hit {
  readonly topicId: string;
  readonly categoryId: string;
  readonly solved: boolean;
  /** Posts that readers see. */
  readonly posts: number;
}

export interface Found extends Omit<SearchAnswer, 'hits'> {
  readonly hits: readonly FoundTopic[];
}

export interface Asked {
  readonly text: string;
  readonly locales: readonly string[];
  /** The strictest that the reader belongs to. */
  readonly audience: Audience;
  readonly category?: string | undefined;
  readonly solved?: boolean | undefined;
  readonly offset?: number;
  readonly limit: number;
  readonly asYouType?: boolean;
}

/** Searches what readers see. Each sees one moment of the index and of the topics. */
@Injectable()
export class TopicSearches {
  constructor(private readonly database: TenantDatabase) {}

  /** The languages that there are topics in, those nearest to the asked one first. */
  async languages(tenantId: string, asked: string): Promise<readonly string[]> {
    const rows = await this.database.query<{ locale: string }>(tenantId, {
      name: 'languages of topics',
      text: `with recursive known as (
               (select locale from ${schema}.${document} where tenant_id = $1 order by locale limit 1)
               union all
               select (select next.locale from ${schema}.${document} as next
                       where next.tenant_id = $1 and next.locale > known.locale order by next.locale limit 1)
               from known where known.locale is not null)
             select locale from known where locale is not null`,
      values: [tenantId],
    });
    const [language = ''] = asked.split('-');
    const all = rows.map(({ locale }) => locale);
    return [...new Set([asked, language, ...all.filter((locale) => locale.startsWith(`${language}-`)), ...all])];
  }

  search(tenantId: string, { category, solved, audience, ...asked }: Asked): Promise<Found> {
    const facets = [...(category === undefined ? [] : [categoryFacet(category)]), ...(solved ? [solvedFacet] : [])];
    return this.database.snapshot(tenantId, async (session) => {
      const answer = await postgresSearchIndex({ session, schema, tenantId }).search({
        ...{ ...asked, facets },
        audiences: audiences.slice(0, rankOf(audience) + 1),
      });
      const topics = await this.topics(session, tenantId, answer.hits);
      const hits = answer.hits.flatMap((hit): FoundTopic[] => {
        const of = topics.get(hit.number);
        return of === undefined
          ? []
          : [{ ...hit, topicId: of.topic_id, categoryId: of.category_id, solved: of.solved, posts: of.posts }];
      });
      return { ...answer, hits };
    });
  }

  private async topics(
    session: pg.ClientBase,
    tenantId: string,
    hits: readonly Hit[],
  ): Promise<ReadonlyMap<number, TopicOfHit>> {
    const { rows } = await session.query<TopicOfHit>({
      name: 'topics of hits',
      text: `select topic_id, number::int as number, category_id, solved, posts from read_model.topic
             where tenant_id = $1 and number = any ($2::bigint[])`,
      values: [tenantId, hits.map(({ number }) => number)],
    });
    return new Map(rows.map((row) => [row.number, row]));
  }
}

interface TopicOfHit {
  readonly topic_id: string;
  readonly number: number;
  readonly category_id: string;
  readonly solved: boolean;
  readonly posts: number;
}
