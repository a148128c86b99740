import { type Audience, rankOf } from '@guichet/contracts';
import { TenantDatabase } from '@guichet/event-sourcing';
import {
  type Hit,
  postgresSearchIndex,
  type SearchAnswer,
  type SearchRequest,
  type SearchSettings,
} from '@guichet/search';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { languagesQuery } from '../library/languages.query.js';
import { initialLibrary, type Languages } from '../library/library.js';
import { SearchEngine } from './search-engine.runtime.js';
import { SearchFeed } from './search-feed.query.js';

const schema = 'read_model';

export interface FoundArticle extends Hit {
  readonly articleId: string;
  readonly slug: string;
  readonly revision: number;
}

export interface Found extends Omit<SearchAnswer, 'hits'> {
  readonly hits: readonly FoundArticle[];
}

/** As a caller of the service asks: what editors have set comes with it. */
export interface Asked extends Omit<SearchRequest, 'settings' | 'audiences'> {
  readonly audiences: readonly Audience[];
}

/**
 * Searches what is published. In PostgreSQL each sees one moment of the index and of the articles. What OpenSearch finds
 * is shown where the articles still say so, a moment later.
 */
@Injectable()
export class Searches {
  constructor(
    private readonly database: TenantDatabase,
    private readonly engine: SearchEngine,
    private readonly feed: SearchFeed,
  ) {}

  async languages(tenantId: string): Promise<Languages> {
    const [languages = initialLibrary.languages] = await this.database.query<Languages>(
      tenantId,
      languagesQuery(tenantId),
    );
    return languages;
  }

  async search(tenantId: string, asked: Asked): Promise<Found> {
    const answered = this.engine.isOn ? await this.inEngine(tenantId, asked) : undefined;
    return this.database.snapshot(tenantId, async (session) => {
      const answer = answered ?? (await this.inDatabase(session, tenantId, asked));
      const found = await this.addresses(session, tenantId, answer.hits, asked.audiences);
      const hits = answer.hits.flatMap((hit): FoundArticle[] => {
        const at = found.get(nameOf(hit));
        return at === undefined ? [] : [{ ...hit, articleId: at.article_id, slug: at.slug, revision: at.revision }];
      });
      return { ...answer, hits };
    });
  }

  async complete(
    tenantId: string,
    text: string,
    locale: string,
    audiences: readonly string[],
  ): Promise<readonly string[]> {
    const asked = { text, locale, audiences };
    const answered = this.engine.isOn
      ? await this.engine.ask(tenantId, await this.feed.soFar(tenantId), (index) => index.complete(asked))
      : undefined;
    if (answered !== undefined) return answered;
    return this.database.snapshot(tenantId, (session) =>
      postgresSearchIndex({ session, schema, tenantId }).complete(asked),
    );
  }

  /** No connection to the database waits for OpenSearch. */
  private async inEngine(tenantId: string, asked: Asked): Promise<SearchAnswer | undefined> {
    const settings = await this.database.snapshot(tenantId, (session) =>
      this.settings(session, tenantId, asked.locales),
    );
    const soFar = await this.feed.soFar(tenantId);
    return this.engine.ask(tenantId, soFar, (index) => index.search({ ...asked, settings }));
  }

  private async inDatabase(session: pg.ClientBase, tenantId: string, asked: Asked): Promise<SearchAnswer> {
    const settings = await this.settings(session, tenantId, asked.locales);
    return postgresSearchIndex({ session, schema, tenantId }).search({ ...asked, settings });
  }

  /** What editors have set for these languages. */
  private async settings(
    session: pg.ClientBase,
    tenantId: string,
    locales: readonly string[],
  ): Promise<Readonly<Record<string, SearchSettings>>> {
    const { rows } = await session.query<SettingsRow>({
      name: 'settings of searches',
      text: `select asked.locale, synonyms.groups as synonyms, pinned.pins
             from unnest($2::text[]) as asked(locale)
               left join read_model.synonyms on synonyms.tenant_id = $1 and synonyms.locale = asked.locale
               left join lateral (
                 select jsonb_agg(jsonb_build_object('query', query, 'numbers', array(
                   select article.number from unnest(article_ids) with ordinality as wanted(article_id, place)
                     join read_model.article on article.tenant_id = $1 and article.article_id = wanted.article_id
                   order by wanted.place))) as pins
                 from read_model.pin where pin.tenant_id = $1 and pin.locale = asked.locale) as pinned on true
             where synonyms.groups is not null or pinned.pins is not null`,
      values: [tenantId, locales],
    });
    return Object.fromEntries(
      rows.map(({ locale, synonyms, pins }) => [locale, { synonyms: synonyms ?? [], pins: pins ?? [] }]),
    );
  }

  private async addresses(
    session: pg.ClientBase,
    tenantId: string,
    hits: readonly Hit[],
    audiences: readonly Audience[],
  ): Promise<ReadonlyMap<string, AddressedRow>> {
    const { rows } = await session.query<AddressedRow>({
      name: 'addresses of hits',
      text: `select article_id, article.number::int as number, locale, slug, revision
             from read_model.article join read_model.publication using (tenant_id, article_id)
             where tenant_id = $1 and published_to is null and number = any ($2::bigint[])
               and not archived and effective_audience = any ($3::smallint[])`,
      values: [tenantId, hits.map(({ number }) => number), audiences.map(rankOf)],
    });
    return new Map(rows.map((row) => [nameOf(row), row]));
  }
}

interface SettingsRow {
  readonly locale: string;
  readonly synonyms: SearchSettings['synonyms'] | null;
  readonly pins: SearchSettings['pins'] | null;
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
