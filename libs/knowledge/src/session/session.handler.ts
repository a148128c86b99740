import {
  type CommandOptions,
  type CommandResult,
  DomainError,
  EventStore,
  TenantDatabase,
} from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { sessionDecider } from './decide.js';
import type { Entry, ReadText, SessionCommand } from './session.js';

type Recording = Extract<SessionCommand, { type: 'RecordEntries' }>['data'];
type Showing = Extract<SessionCommand, { type: 'ShowSuggestions' }>['data'];

/** What readers may have seen, and which forms are whose. */
@Injectable()
export class KnownTexts {
  constructor(private readonly database: TenantDatabase) {}

  /** Those of the texts that were published once, and that the audience of this rank may read. */
  async among(tenantId: string, texts: readonly ReadText[], rank: number): Promise<ReadonlySet<string>> {
    const rows = await this.database.query<ReadTextRow>(tenantId, {
      name: 'texts that were published',
      text: `select distinct publication.article_id as "articleId", publication.locale, publication.revision
             from unnest($2::uuid[], $3::text[], $4::int[]) as asked (article_id, locale, revision)
               join read_model.publication on publication.tenant_id = $1
                 and publication.article_id = asked.article_id and publication.locale = asked.locale
                 and publication.revision = asked.revision
               join read_model.article on article.tenant_id = $1 and article.article_id = asked.article_id
                 and effective_audience <= $5`,
      values: [
        tenantId,
        texts.map(({ articleId }) => articleId),
        texts.map(({ locale }) => locale),
        texts.map(({ revision }) => revision),
        rank,
      ],
    });
    return new Set(rows.map(nameOf));
  }

  /** Whether another visit has begun an attempt of this id. */
  async isOfAnotherVisit(tenantId: string, attemptId: string, sessionId: string): Promise<boolean> {
    const rows = await this.database.query(tenantId, {
      name: 'attempt of another visit',
      text: `select from read_model.attempt where tenant_id = $1 and attempt_id = $2 and session_id <> $3 limit 1`,
      values: [tenantId, attemptId, sessionId],
    });
    return rows.length > 0;
  }
}

interface ReadTextRow extends ReadText, Record<string, unknown> {
  readonly articleId: string;
}

const nameOf = ({ articleId, locale, revision }: ReadText): string => `${articleId}/${locale}/${revision}`;

/** What a reader did. */
export class RecordEntries extends Command<CommandResult> {
  constructor(
    /** `rank`: the strictest audience that the reader belongs to. */
    readonly recording: Recording & { readonly rank: number },
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(RecordEntries)
export class RecordEntriesHandler implements ICommandHandler<RecordEntries> {
  constructor(
    private readonly events: EventStore,
    private readonly texts: KnownTexts,
  ) {}

  /** @throws DomainError `unknown-text` (422): nothing of it was ever published for this reader */
  execute({ recording: { rank, ...data }, options }: RecordEntries): Promise<CommandResult> {
    const { tenantId } = options.context;
    return this.events.once(options, async () => {
      const read = data.entries.flatMap((entry) => ('articleId' in entry ? [entry] : []));
      if (read.length > 0) mustBeKnown(read, await this.texts.among(tenantId, read, rank));
      return this.events.transact(sessionDecider, data.sessionId, { type: 'RecordEntries', data }, options);
    });
  }
}

function mustBeKnown(read: readonly (Entry & ReadText)[], known: ReadonlySet<string>): void {
  const unknown = read.filter((text) => !known.has(nameOf(text)));
  if (unknown.length === 0) return;
  const words = 'A revision was never published in that language for this reader.';
  throw new DomainError('unknown-text', words, { eventIds: unknown.map(({ id }) => id) }, 'invalid');
}

/** A ticket form is begun, or goes on, and these articles were suggested for it. */
export class ShowSuggestions extends Command<CommandResult> {
  constructor(
    readonly showing: Showing,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(ShowSuggestions)
export class ShowSuggestionsHandler implements ICommandHandler<ShowSuggestions> {
  constructor(
    private readonly events: EventStore,
    private readonly texts: KnownTexts,
  ) {}

  /**
   * A form that two visits begin at the same moment is the one's that comes first: the other's has a ticket only where
   * its own requester writes it.
   * @throws DomainError `attempt-of-another-visit` (422)
   */
  execute({ showing, options }: ShowSuggestions): Promise<CommandResult> {
    const { tenantId } = options.context;
    const { attemptId, sessionId } = showing;
    return this.events.once(options, async () => {
      if (await this.texts.isOfAnotherVisit(tenantId, attemptId, sessionId)) {
        const words = 'Another visit has begun a ticket form of this id: make a new id for each form.';
        throw new DomainError('attempt-of-another-visit', words, { attemptId }, 'invalid');
      }
      return this.events.transact(sessionDecider, sessionId, { type: 'ShowSuggestions', data: showing }, options);
    });
  }
}
