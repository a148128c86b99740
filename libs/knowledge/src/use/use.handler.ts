import { type CommandOptions, type CommandResult, EventStore, type RecordedEvent } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { articleDecider, mustBeThere } from '../article/article.js';
import { Articles, languagesOf } from '../articles/articles.query.js';
import { shownOf } from '../articles/shown.js';
import { textDecider, textStreamId } from '../text/text.js';
import { notPublished, type UsedArticle, useDecider, type Using } from './use.js';
import { Uses } from './uses.query.js';

type Text = Pick<Using, 'locale' | 'revision'>;

/** What was put into the reply. */
export interface Used extends Text {
  readonly result: CommandResult;
}

/** An agent puts an article into a reply on a ticket. */
export class UseArticle extends Command<Used> {
  constructor(
    /** `locale` not given: the requester's. */
    readonly using: Pick<Using, 'ticketId' | 'articleId' | 'at'> & { readonly locale?: string },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

const waitMs = 5_000;

@CommandHandler(UseArticle)
export class UseHandler implements ICommandHandler<UseArticle> {
  constructor(
    private readonly events: EventStore,
    private readonly articles: Articles,
    private readonly uses: Uses,
    private readonly freshness: Freshness,
  ) {}

  /** @throws DomainError `unknown-article` (404), and what `decide` refuses */
  async execute({ using, options }: UseArticle): Promise<Used> {
    const { tenantId } = options.context;
    const { locale: asked, ...named } = using;
    let shown: UsedArticle['shown'] = null;
    const result = await this.events.once(options, async () => {
      const { state } = await this.events.load(articleDecider, tenantId, using.articleId);
      mustBeThere(state);
      const wanted = asked ?? (await this.uses.localeOf(tenantId, using.ticketId));
      shown = await this.shown(tenantId, using.articleId, wanted);
      const article = { isThere: state.isThere, isArchived: state.isArchived, shown };
      const command = { type: 'UseArticle', data: { ...named, article } } as const;
      return this.events.transact(useDecider, using.ticketId, command, options);
    });
    return { result, ...usedIn(result, shown) };
  }

  /** In the language that a reader would be shown; the revision is what the log says is published now. */
  private async shown(tenantId: string, articleId: string, wanted: string | undefined): Promise<UsedArticle['shown']> {
    await this.freshness.hasAllOfOwn('articles', waitMs);
    const row = await this.articles.findPublished(tenantId, { articleId });
    const found = row && shownOf(wanted, languagesOf(row), row.source_locale, row.publications);
    if (found === undefined) return null;
    const { locale } = found.shown;
    const { state } = await this.events.load(textDecider, tenantId, textStreamId(articleId, locale));
    const { published } = state;
    return published === null || published.isWithdrawn ? null : { locale, revision: published.revision };
  }
}

/** What the command recorded, the first time it came; what it found where that is recorded already. */
function usedIn({ events }: CommandResult, shown: Text | null): Text {
  const [recorded] = events as readonly RecordedEvent<Using>[];
  const text = recorded?.data ?? shown;
  if (text === null) throw notPublished();
  return { locale: text.locale, revision: text.revision };
}
