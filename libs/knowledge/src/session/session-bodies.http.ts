import { deviceClasses } from '@guichet/contracts';
import {
  BooleanField,
  EnumField,
  type FieldProblem,
  IntField,
  Line,
  LocaleField,
  NestedList,
  Text,
  unprocessable,
  UuidField,
} from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';
import type { Entry } from './session.js';
import { termsOf } from './terms.js';

/** Events of a request at most. */
const maxBatch = 50;
/** How long ago an event of a batch may have happened. */
const maxAgoSeconds = 3_600;
const daySeconds = 86_400;
const maxQuery = 300;

export const entryTypes = [
  'ArticleViewed',
  'SearchPerformed',
  'ResultOpened',
  'SuggestionOpened',
  'AnswerConfirmed',
] as const satisfies readonly Entry['type'][];

const of = (...types: readonly Entry['type'][]): string => `Of ${types.join(', ')}`;
const ofTexts = of('ArticleViewed', 'ResultOpened', 'SuggestionOpened', 'AnswerConfirmed');

export class EntryBody {
  @UuidField({ description: 'Made by who sends it: an event that comes again is counted once.' }) id: string;
  @EnumField(entryTypes, { description: 'What the reader did. The fields of other types are passed over.' })
  type: Entry['type'];
  @IntField({
    ...{ min: 0, max: maxAgoSeconds, optional: true },
    description: 'How many seconds before the request it happened, by a clock that nobody sets; 0 if not given.',
  })
  agoSeconds?: number;
  @UuidField({ optional: true, description: `${ofTexts}: the article.` }) articleId?: string;
  @LocaleField({
    optional: true,
    description: `${ofTexts}: the language shown. ${of('SearchPerformed')}: searched in.`,
  })
  locale?: string;
  @IntField({ min: 1, max: 2 ** 31 - 1, optional: true, description: `${ofTexts}: the revision shown.` })
  revision?: number;
  @LocaleField({ optional: true, description: `${of('ArticleViewed')}: the language wanted; \`locale\` if not given.` })
  wantedLocale?: string;
  @Line({ max: maxQuery, optional: true, description: `${of('SearchPerformed')}: what was looked for.` })
  query?: string;
  @IntField({ min: 0, max: 2 ** 31 - 1, optional: true, description: `${of('SearchPerformed')}: articles found.` })
  hits?: number;
  @UuidField({ optional: true, description: `${of('ResultOpened')}: the \`id\` of its SearchPerformed.` })
  searchId?: string;
  @UuidField({ optional: true, description: `${of('SuggestionOpened', 'AnswerConfirmed')}: the ticket form.` })
  attemptId?: string;
  @IntField({
    ...{ min: 0, max: daySeconds, optional: true },
    description: `${of('SuggestionOpened')}: how long it was before the reader’s eyes.`,
  })
  visibleSeconds?: number;
}

class VisitBody {
  @EnumField(deviceClasses, { optional: true, description: 'The reader’s device; read from User-Agent if not given.' })
  device?: (typeof deviceClasses)[number];
  @BooleanField({ optional: true, description: 'Whether the screen takes touches: tells a tablet from a computer.' })
  touch?: boolean;
}

export class SessionEventsBody extends VisitBody {
  @LocaleField({ description: 'The language that the reader wants at first; that of a visit’s first request counts.' })
  locale: string;
  @NestedList(() => EntryBody, { list: { min: 1, max: maxBatch }, description: 'In the order in which they happened.' })
  events: EntryBody[];
}

export class SuggestionsBody extends VisitBody {
  @UuidField({ description: 'The visit, made by who sends it.' }) sessionId: string;
  @UuidField({ description: 'The ticket form that was begun: a new id for each form, the same while it is written.' })
  attemptId: string;
  @Line({ max: 300, description: 'What the ticket is going to be about.', example: 'How do I get my money back?' })
  subject: string;
  @Text({
    max: 100_000,
    optional: true,
    description: 'What is written so far; looked at where the subject finds nothing.',
  })
  body?: string;
  @LocaleField({ description: 'The language of the form.' }) locale: string;
}

export class RecordedAnswer {
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
  @ApiProperty({ type: 'integer', description: 'Events that were new.' }) recorded: number;
}

/** Fields that a type of entry must have. */
const needed: Readonly<Record<Entry['type'], readonly (keyof EntryBody)[]>> = {
  ArticleViewed: ['articleId', 'locale', 'revision'],
  SearchPerformed: ['locale', 'query', 'hits'],
  ResultOpened: ['articleId', 'locale', 'revision', 'searchId'],
  SuggestionOpened: ['articleId', 'locale', 'revision', 'attemptId', 'visibleSeconds'],
  AnswerConfirmed: ['articleId', 'locale', 'revision', 'attemptId'],
};

/**
 * What the events of a request tell, at `nowMs`.
 * @throws Problem 422 `incomplete-event` that names every field that is missing
 */
export function entriesIn(events: readonly EntryBody[], nowMs: number): readonly Entry[] {
  const missing = events.flatMap((event, i) =>
    needed[event.type]
      .filter((field) => event[field] === undefined)
      .map((field): FieldProblem => ({
        ...{ path: `events[${i}].${field}`, code: 'missing', message: `is needed of ${event.type}` },
      })),
  );
  if (missing.length > 0) throw unprocessable('incomplete-event', 'An event lacks fields of its type.', missing);
  return events.map((event) => entryOf(event, new Date(nowMs - (event.agoSeconds ?? 0) * 1_000).toISOString()));
}

function entryOf(event: EntryBody, at: string): Entry {
  const { id, type, articleId = '', locale = '', revision = 0, attemptId = '' } = event;
  const text = { articleId, locale, revision };
  switch (type) {
    case 'ArticleViewed':
      return { type, id, ...text, wantedLocale: event.wantedLocale ?? locale, at };
    case 'SearchPerformed':
      return { type, id, locale, terms: termsOf(event.query ?? ''), hits: event.hits ?? 0, at };
    case 'ResultOpened':
      return { type, id, ...text, searchId: event.searchId ?? '', at };
    case 'SuggestionOpened':
      return { type, id, ...text, attemptId, visibleSeconds: event.visibleSeconds ?? 0, at };
    case 'AnswerConfirmed':
      return { type, id, ...text, attemptId, at };
  }
}
