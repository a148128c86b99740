import { significances } from '@guichet/contracts';
import { BooleanField, EnumField, IntField, Keyword, Line, Text } from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';
import type { Significance } from './text.js';

/** Characters of an article's body at most. */
export const maxBody = 100_000;

/** What looks like data of people and is to stay. */
export const AcknowledgedField = (): PropertyDecorator =>
  Line({
    ...{ max: 300, optional: true, list: { max: 1000, unique: true }, example: ['+48 601 234 567'] },
    description:
      'E-mail addresses, telephone, account and card numbers that may stand in the text, exactly as they stand there.',
  });

export class DraftBody {
  @Line({ max: 300, example: 'Get a refund' }) title: string;

  @Text({ max: 1000, optional: true, description: 'In a sentence or two, as lists and searches show it.' })
  summary?: string;

  @Keyword({
    optional: true,
    list: { max: 50, unique: true },
    description: 'Words to find it by that it does not say.',
  })
  keywords?: string[];

  @Text({ max: maxBody, description: 'Markdown.' })
  body: string;

  @IntField({
    min: 1,
    optional: true,
    description:
      'Of a translation: the revision of the source that it renders. If not given: as before, and at first the published one.',
  })
  follows?: number;

  @AcknowledgedField()
  acknowledged?: string[];
}

export class ReturnBody {
  @Text({ max: 10_000, description: 'What is to be changed.' })
  reason: string;
}

export class PublishBody {
  @IntField({ min: 1, description: 'The revision that was read: what was written since is not published unread.' })
  revision: number;

  @EnumField(significances, {
    optional: true,
    description:
      'How much a change of the source matters to its translations. Needed from the second publication on, and ignored for translations.',
  })
  significance?: Significance;

  @BooleanField({
    optional: true,
    description:
      'Of the source: whether translations should follow it at once; true if not given. Several edits may be released together later.',
  })
  release?: boolean;

  @IntField({
    ...{ min: 1, optional: true, list: { max: 1000, unique: true } },
    description: 'Numbers of articles that may be linked to though some who read this one may not read them.',
  })
  acknowledgedLinks?: number[];
}

export class ReleaseBody {
  @IntField({ min: 1, description: 'A published revision of the source. Those before it are released with it.' })
  revision: number;
}

export class ConfirmBody {
  @IntField({ min: 1, description: 'The released revision of the source that the translation is right for.' })
  sourceRevision: number;
}

export class RestoreBody {
  @IntField({ min: 1, description: 'The earlier revision.' }) revision: number;
}

export class DraftSavedAnswer {
  @ApiProperty({ type: 'integer', description: 'The revision that the text has now.' }) revision: number;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}
