import { TenantDatabase } from '@guichet/event-sourcing';
import { type Hit, postgresSearchIndex, type SearchAnswer, type SearchRequest } from '@guichet/search';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { languagesQuery } from '../library/languages.query.js';
import { initialLibrary, type Languages } from '../library/library.js';

const schema = 'read_model';

export interface FoundArticle extends Hit {
  readonly articleId: string;
  readonly slug: string;
  readonly revision: number;
}

export interface Found extends Omit<SearchAnswer, 'hits'> {
  readonly hits: readonly FoundArticle[];
}

/** Searches what is published. Each sees one moment of the index and of the articles. */
@Injectable()
export class Searches {
  constructor(private readonly database: TenantDatabase) {}

  async languages(tenantId: string): Promise<Languages> {
    const [languages = initialLibrary.languages] = await this.database.query<Languages>(
      tenantId,
      languagesQuery(tenantId),
    );
    return languages;
  }

  search(tenantId: string, request: SearchRequest): Promise<Found> {
    return this.database.snapshot(tenantId, async (session) => {
      const answer = await postgresSearchIndex({ session, schema, tenantId }).search(request);
      const found = await this.addresses(session, tenantId, answer.hits);
      const hits = answer.hits.flatMap((hit): FoundArticle[] => {
        const at = found.get(nameOf(hit));
        return at === undefined ? [] : [{ ...hit, articleId: at.article_id, slug: at.slug, revision: at.revision }];
      });
      return { ...answer, hits };
    });
  }

  complete(tenantId: string, text: string, locale: string, audiences: readonly string[]): Promise<readonly string[]> {
    return this.database.snapshot(tenantId, (session) =>
      postgresSearchIndex({ session, schema, tenantId }).complete({ text, locale, audiences }),
    );
  }

  private async addresses(
    session: pg.ClientBase,
    tenantId: string,
    hits: readonly Hit[],
  ): Promise<ReadonlyMap<string, AddressedRow>> {
    const { rows } = await session.query<AddressedRow>({
      name: 'addresses of hits',
      text: `select article_id, article.number::int as number, locale, slug, revision
             from read_model.article join read_model.publication using (tenant_id, article_id)
             where tenant_id = $1 and published_to is null and number = any ($2::bigint[])`,
      values: [tenantId, hits.map(({ number }) => number)],
    });
    return new Map(rows.map((row) => [nameOf(row), row]));
  }
}

interface AddressedRow {
  readonly article_id: string;
  readonly number: number;
  readonly locale: string;
  readonly slug: string;
  readonly revision: number;
}

const nameOf = ({ number, locale }: { readonly number: number; readonly locale: string }): string =>
  `${number}/${locale}`;
