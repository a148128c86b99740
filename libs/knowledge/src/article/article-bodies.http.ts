import { type Audience, audiences } from '@guichet/contracts';
import { EnumField, IntField, Keyword, Line, LocaleField, Nested, Text, UuidField } from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';
import { AcknowledgedField, maxBody } from '../text/text-bodies.http.js';
import { addressPattern } from './old-address.js';

class FirstTextBody {
  @Line({ max: 300, example: 'Get a refund' }) title: string;
  @Text({ max: 1000, optional: true, description: 'In a sentence or two.' }) summary?: string;
  @Keyword({
    optional: true,
    list: { max: 50, unique: true },
    description: 'Words to find it by that it does not say.',
  })
  keywords?: string[];
  @Text({ max: maxBody, description: 'Markdown.' }) body: string;
  @AcknowledgedField() acknowledged?: string[];
}

export class DraftArticleBody {
  @LocaleField({
    optional: true,
    description: 'The language it is written in; the others are translated from it. If not given: the library’s.',
  })
  sourceLocale?: string;

  @UuidField({ optional: true, nullable: true, description: 'The category it is in; none if not given.' })
  categoryId?: string | null;

  @EnumField(audiences, {
    optional: true,
    description: 'Who may read it; `public` if not given. A stricter audience of a category above it counts instead.',
  })
  audience?: Audience;

  @UuidField({
    optional: true,
    description: 'The ticket whose answer it is made of. The link is shown to those who write.',
  })
  ticketId?: string;

  @Nested(() => FirstTextBody, { optional: true, description: 'The first draft, in the source language.' })
  text?: FirstTextBody;
}

export class ArchiveArticleBody {
  @UuidField({ optional: true, description: 'The article that answers instead; who asks for this one is told.' })
  successorId?: string;
}

export class MergeArticleBody {
  @UuidField({ description: 'The article that answers instead.' }) intoArticleId: string;
}

export class MoveArticleBody {
  @UuidField({ nullable: true, description: 'null: in none.' }) categoryId: string | null;
}

export class AudienceBody {
  @EnumField(audiences, { description: 'Who may read it, at most.' }) audience: Audience;
}

export class OwnerBody {
  @Keyword({ max: 200, nullable: true, description: 'The person, by the `sub` of their token; null: nobody.' })
  ownerId: string | null;

  @IntField({ min: 1, max: 3650, nullable: true, description: 'Days until somebody has to look again; null: never.' })
  verifyEveryDays: number | null;
}

export class OldAddressBody {
  @Keyword({
    max: 1000,
    pattern: addressPattern,
    example: '/hc/en-us/articles/360001-refunds',
    description: 'Its path.',
  })
  path: string;

  @LocaleField({ optional: true, description: 'Where it was the address of the text in one language.' })
  locale?: string;
}

export class DraftedArticleAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', description: 'By which people know it; never given again.', example: 42 })
  number: number;
  @ApiProperty({ description: 'The language it is written in.', example: 'en' }) sourceLocale: string;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Of the text that came along; its `If-Match` from now on.',
  })
  textVersion: number | null;
}
