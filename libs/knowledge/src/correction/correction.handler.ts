import { type CommandOptions, type CommandResult, DomainError, EventStore } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { articleDecider, mustBeThere } from '../article/article.js';
import {
  type CorrectionCommand,
  maxRecalled,
  mustBeFixed,
  type Recalling,
  type Reporting,
  unknownCorrection,
} from '../article/corrections.js';
import { textDecider, textStreamId } from '../text/text.js';
import { Corrections } from './corrections.query.js';

type Closing = Omit<Extract<CorrectionCommand, { type: 'CloseCorrection' }>['data'], 'articleId' | 'shown'>;

/** A command on a correction; what it is decided with is found here. */
export class WorkOnCorrection extends Command<CommandResult> {
  constructor(
    readonly command:
      | {
          readonly type: 'ReportCorrection';
          /** `revision` not given: what was put into a reply on the ticket, or what people read now. */
          readonly data: Omit<Reporting, 'revision'> & { readonly revision?: number };
        }
      | { readonly type: 'CloseCorrection'; readonly data: Closing }
      | { readonly type: 'OrderRecall'; readonly data: Pick<Recalling, 'reportId' | 'at'> },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

const waitMs = 5_000;

@CommandHandler(WorkOnCorrection)
export class CorrectionHandler implements ICommandHandler<WorkOnCorrection> {
  constructor(
    private readonly events: EventStore,
    private readonly corrections: Corrections,
    private readonly freshness: Freshness,
  ) {}

  /** @throws DomainError `unknown-article`, `unknown-correction` (404), and what `decide` refuses */
  execute({ command, options }: WorkOnCorrection): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { type, data } = command;
    return this.events.once(options, async () => {
      if (type === 'ReportCorrection') {
        const decided = await this.reported(tenantId, data);
        return this.events.transact(articleDecider, data.articleId, decided, options);
      }
      await this.freshness.hasAllOfOwn('health', waitMs);
      const found = await this.corrections.find(tenantId, data.reportId);
      if (found === undefined) throw unknownCorrection();
      const articleId = found.article_id;
      if (type === 'OrderRecall') {
        const decided = await this.recall(tenantId, articleId, data);
        return this.events.transact(articleDecider, articleId, decided, options);
      }
      const { shown } = await this.text(tenantId, articleId, found.locale);
      const decided = { type, data: { ...data, articleId, shown } } as const;
      return this.events.transact(articleDecider, articleId, decided, options);
    });
  }

  private async reported(
    tenantId: string,
    { revision, ...data }: Omit<Reporting, 'revision'> & { readonly revision?: number },
  ): Promise<Extract<CorrectionCommand, { type: 'ReportCorrection' }>> {
    const { articleId, locale, ticketId } = data;
    // Before anything is said of its texts: of what is not there, or another tenant's, there is none.
    mustBeThere((await this.events.load(articleDecider, tenantId, articleId)).state);
    const { shown, publications } = await this.text(tenantId, articleId, locale);
    const used = ticketId === undefined ? undefined : await this.usedOn(tenantId, ticketId, articleId, locale);
    const read = revision ?? used ?? shown;
    if (read === null)
      throw new DomainError('not-published', `Nothing of the article is published in ${locale}.`, { locale });
    return { type: 'ReportCorrection', data: { ...data, revision: read, publications } };
  }

  private async usedOn(
    tenantId: string,
    ticketId: string,
    articleId: string,
    locale: string,
  ): Promise<number | undefined> {
    await this.freshness.hasAllOfOwn('health', waitMs);
    return this.corrections.lastUse(tenantId, ticketId, articleId, locale);
  }

  /** Whom the log does not name yet, so many at a time. */
  private async recall(
    tenantId: string,
    articleId: string,
    { reportId, at }: Pick<Recalling, 'reportId' | 'at'>,
  ): Promise<Extract<CorrectionCommand, { type: 'OrderRecall' }>> {
    const { state } = await this.events.load(articleDecider, tenantId, articleId);
    const correction = state.corrections.get(reportId);
    if (correction === undefined) throw unknownCorrection();
    mustBeFixed(correction);
    const told = [...correction.ticketIds];
    const tickets = await this.corrections.recalled(tenantId, reportId, { limit: maxRecalled, without: told });
    await this.freshness.hasAllOfOwn('reading', waitMs);
    const known = { limit: maxRecalled, without: [...correction.requesterIds] };
    const readers = await this.corrections.readers(tenantId, reportId, known);
    const requesterIds = new Set([...tickets, ...readers].flatMap(({ requester_id }) => requester_id ?? []));
    const whom = { ticketIds: tickets.map(({ ticket_id }) => ticket_id), requesterIds: [...requesterIds] };
    return { type: 'OrderRecall', data: { articleId, reportId, ...whom, at } };
  }

  private async text(
    tenantId: string,
    articleId: string,
    locale: string,
  ): Promise<{ readonly shown: number | null; readonly publications: readonly number[] }> {
    const { state } = await this.events.load(textDecider, tenantId, textStreamId(articleId, locale));
    const { published, publications } = state;
    return { shown: published === null || published.isWithdrawn ? null : published.revision, publications };
  }
}
