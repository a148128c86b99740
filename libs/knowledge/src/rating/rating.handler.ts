import type { Audience } from '@guichet/contracts';
import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Problem } from '@guichet/http-host';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReadableArticles } from '../article/readable-articles.store.js';
import { textDecider, textStreamId } from '../text/text.js';
import { type RatingCommand, ratingDecider, ratingStreamId } from './rating.js';
import { Ratings } from './ratings.query.js';

type DataOf<Type extends RatingCommand['type']> = Extract<RatingCommand, { type: Type }>['data'];

/** A reader says whether an article helped, or takes back what they said. */
export class WorkOnRating extends Command<CommandResult> {
  constructor(
    readonly command:
      | { readonly type: 'RateArticle'; readonly data: Omit<DataOf<'RateArticle'>, 'text'> }
      | { readonly type: 'WithdrawRating'; readonly data: DataOf<'WithdrawRating'> },
    /** `isKnown`: whether the voter has an account. */
    readonly voter: { readonly audience: Audience; readonly isKnown: boolean },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

/** Readers without an account make up as many keys as they like: so many of them rate an article within ten minutes. */
export const maxInTenMinutes = 200;
const tenMinutes = 10 * 60 * 1000;

@CommandHandler(WorkOnRating)
export class RatingHandler implements ICommandHandler<WorkOnRating> {
  constructor(
    private readonly events: EventStore,
    private readonly readable: ReadableArticles,
    private readonly ratings: Ratings,
  ) {}

  /**
   * @throws DomainError `unknown-article` (404), and what `decide` refuses
   * @throws Problem 429 `too-many-ratings`
   */
  execute({ command, voter, options }: WorkOnRating): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { articleId, locale, voterId, at } = command.data;
    return this.events.once(options, async () => {
      const { isThere, isArchived } = await this.readable.find(tenantId, articleId, voter.audience);
      const id = ratingStreamId(articleId, locale, voterId);
      if (command.type === 'WithdrawRating') return this.events.transact(ratingDecider, id, command, options);
      if (!voter.isKnown) await this.mustBeFew(tenantId, articleId, at);
      const { state } = await this.events.load(textDecider, tenantId, textStreamId(articleId, locale));
      const text = { isThere, isArchived, publications: state.publications };
      const rate = { type: 'RateArticle', data: { ...command.data, text } } as const;
      return this.events.transact(ratingDecider, id, rate, options);
    });
  }

  private async mustBeFew(tenantId: string, articleId: string, at: string): Promise<void> {
    const since = new Date(Date.parse(at) - tenMinutes);
    if ((await this.ratings.countSince(tenantId, articleId, since)) < maxInTenMinutes) return;
    throw new Problem(429, 'too-many-ratings', {
      detail: `More than ${maxInTenMinutes} ratings of the article have come within ten minutes. Try again later.`,
      headers: { 'retry-after': String(tenMinutes / 1000) },
    });
  }
}
