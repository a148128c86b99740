import { LeaderLoop } from '@guichet/event-sourcing';
import { Pause } from '@guichet/messaging';
import { Metrics, reasonOf } from '@guichet/observability';
import {
  connectOpenSearch,
  createOpenSearchIndex,
  markOfOpenSearchIndex,
  markOpenSearchIndex,
  type OpenSearchClient,
  openSearchIndex,
  openSearchIndexes,
  removeOpenSearchIndex,
  type SearchIndex,
} from '@guichet/search';
import { type Companion, SERVICE_SETTINGS } from '@guichet/service';
import { Inject, Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import type { KnowledgeOptions } from '../knowledge.settings.js';
import { type FoundChange, type FoundSoFar, SearchFeed } from './search-feed.query.js';

/** A reader waits no longer for each answer of OpenSearch, then PostgreSQL answers. */
const askMs = 2_000;
/** Nobody asks an OpenSearch that has not answered for so long. */
const restMs = 5_000;
/** A request that writes may take longer. */
const writeMs = 30_000;
/** Between two looks for what is found otherwise. */
const pauseMs = 500;
/** Texts of one turn, about; and of one change. */
const [turn, together] = [500, 200];

/**
 * OpenSearch as the second engine of the search, where the host names one. One replica brings its index to what the
 * read model's has, in the order of the log, and marks up to where; a rebuild of the read model begins another index.
 * Searches ask it only while its mark says that it has all that the tenant's search can find, and PostgreSQL otherwise:
 * an answer never depends on how far the index has come, and nobody waits for it.
 */
@Injectable()
export class SearchEngine implements Companion {
  private readonly log = new Logger(SearchEngine.name);
  private readonly pause = new Pause();
  private readonly answers;
  private readonly failures;
  private readonly beginning: string;
  private databaseId = '';
  private asked: OpenSearchClient | undefined;
  private written: OpenSearchClient | undefined;
  private loop: LeaderLoop | undefined;
  private started = false;
  private silentUntil = 0;

  constructor(
    @Inject(SERVICE_SETTINGS) private readonly settings: KnowledgeOptions,
    private readonly pool: pg.Pool,
    private readonly feed: SearchFeed,
    metrics: Metrics,
  ) {
    this.beginning = settings.searchIndex ?? 'guichet';
    this.answers = metrics.counter(
      'guichet_search_answers_total',
      'Searches where OpenSearch is set, by who answered',
      ['engine'],
    );
    this.failures = metrics.counter(
      'guichet_search_engine_failures_total',
      'Times that OpenSearch did not do its part',
      ['part'],
    );
  }

  get isOn(): boolean {
    return this.settings.searchUrl !== undefined;
  }

  async start(): Promise<void> {
    const { searchUrl: url } = this.settings;
    if (url !== undefined) {
      this.databaseId = await this.feed.databaseId();
      this.asked = await connectOpenSearch({ url, timeoutMs: askMs });
      const written = (this.written = await connectOpenSearch({ url, timeoutMs: writeMs }));
      this.loop = new LeaderLoop(
        this.pool,
        'search-engine',
        {
          lead: (signal) => this.follow(written, signal),
          follow: async (_, ms) => this.pause.wait(ms),
        },
        { failed: ({ error, attempt }) => this.note('feed', error, attempt === 1) },
      );
      await this.loop.start();
    }
    this.started = true;
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.loop?.stop();
    await Promise.all([this.asked?.close(), this.written?.close()]);
  }

  notReady(): string | undefined {
    return this.started ? undefined : 'not begun yet';
  }

  /** The answer of OpenSearch; undefined where PostgreSQL has to answer. */
  async ask<T>(
    tenantId: string,
    { build, position }: FoundSoFar,
    question: (index: SearchIndex) => Promise<T>,
  ): Promise<T | undefined> {
    const answer = await this.answered(tenantId, { build, position }, question);
    this.answers.inc({ engine: answer === undefined ? 'postgresql' : 'opensearch' });
    return answer;
  }

  private async answered<T>(
    tenantId: string,
    { build, position }: FoundSoFar,
    question: (index: SearchIndex) => Promise<T>,
  ): Promise<T | undefined> {
    if (this.asked === undefined || performance.now() < this.silentUntil) return undefined;
    const name = this.nameOf(build);
    try {
      const mark = await markOfOpenSearchIndex(this.asked, name);
      if (mark === undefined || mark < position) return undefined;
      return await question(openSearchIndex(this.asked, { name, tenantId }));
    } catch (error) {
      if (error instanceof RangeError) throw error; // of what was asked
      this.note('search', error, performance.now() > this.silentUntil);
      this.silentUntil = performance.now() + restMs;
      return undefined;
    }
  }

  /** Brings the index to what there is, and goes on until the tables are others, or the index has been taken away. */
  private async follow(client: OpenSearchClient, signal: AbortSignal): Promise<void> {
    this.loop?.become('active');
    const build = await this.feed.build();
    const name = this.nameOf(build);
    let mark = await this.begun(client, name);
    let isComplete = false;
    while (!signal.aborted) {
      if ((await this.feed.build()) !== build || (await markOfOpenSearchIndex(client, name)) !== mark) return;
      const changes = await this.feed.after(mark, turn);
      for (const [tenantId, found] of Map.groupBy(changes, (change) => change.tenantId))
        await this.bring(client, { name, tenantId }, found);
      const last = changes.at(-1);
      if (last !== undefined) {
        mark = last.position;
        await markOpenSearchIndex(client, name, mark);
      } else {
        if (!isComplete) await this.removeOthers(client, name);
        isComplete = true;
        await this.pause.wait(pauseMs);
      }
    }
  }

  /** The mark of the index, which is there then. One that knows more than the log was made before a restore. */
  private async begun(client: OpenSearchClient, name: string): Promise<number> {
    const mark = await markOfOpenSearchIndex(client, name);
    if (mark !== undefined && mark <= (await this.feed.end())) return mark;
    await removeOpenSearchIndex(client, name);
    await createOpenSearchIndex(client, name);
    await markOpenSearchIndex(client, name, 0);
    return 0;
  }

  private async bring(
    client: OpenSearchClient,
    place: { readonly name: string; readonly tenantId: string },
    found: readonly FoundChange[],
  ): Promise<void> {
    for (let from = 0; from < found.length; from += together) {
      const changes = await this.feed.changesOf(place.tenantId, found.slice(from, from + together));
      await openSearchIndex(client, place).change(changes);
    }
  }

  /** Indexes of earlier builds of this database. */
  private async removeOthers(client: OpenSearchClient, name: string): Promise<void> {
    for (const other of await openSearchIndexes(client, this.nameOf('')))
      if (other !== name) await removeOpenSearchIndex(client, other);
    this.log.log(`OpenSearch has all that is found, in the index ${name}.`);
  }

  private nameOf(build: string): string {
    return `${this.beginning}-${this.databaseId}-${build}`;
  }

  private note(part: 'feed' | 'search', error: unknown, isFirst: boolean): void {
    this.failures.inc({ part });
    if (!isFirst) return;
    const told = part === 'feed' ? 'could not be brought up to date, which is tried again' : 'did not answer a search';
    this.log.warn(`OpenSearch ${told}; PostgreSQL answers meanwhile: ${reasonOf(error)}`);
  }
}
