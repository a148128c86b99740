import { topicKinds } from '@guichet/contracts';
import { EnumField, Keyword, Line, LocaleField, Text, UuidField } from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';
import type { Sent } from '../holding/holding.store.js';
import type { TopicKind } from './topic-events.js';

const maxBody = 100_000;

/** What a page sends beside a text, so that it can be told from what machines write. */
class SentFields {
  @Keyword({ max: 500, optional: true, description: 'Of `GET /community/v1/form`: when the form was opened.' })
  form?: string;
  @Text({ min: 0, max: 500, optional: true, description: 'A field that a page hides: people leave it empty.' })
  website?: string;
}
export const sentWith = ({ form, website }: SentFields): Sent => ({
  ...(form !== undefined && { form }),
  ...(website !== undefined && { honeypot: website }),
});

export class StartTopicBody extends SentFields {
  @UuidField({ description: 'The category that it belongs in.' }) categoryId: string;
  @EnumField(topicKinds, { optional: true, description: 'What it asks for; `question` if not given.' })
  kind?: TopicKind;
  @LocaleField({ description: 'The language it is written in.', example: 'en' }) locale: string;
  @Line({ max: 300, example: 'How do I get a refund?' }) title: string;
  @Text({ max: maxBody, description: 'Markdown. A member is named by their id: `<member:id>`.' }) body: string;
}
export class AddPostBody extends SentFields {
  @Text({ max: maxBody, description: 'Markdown. A member is named by their id: `<member:id>`.' }) body: string;
  @UuidField({ optional: true, description: 'The post of the topic that it answers.' }) replyTo?: string;
}
export class TitleBody {
  @Line({ max: 300, example: 'How do I get a refund?' }) title: string;
}
export class LanguageBody {
  @LocaleField({ description: 'The language it is in.', example: 'fr' }) locale: string;
}
export class MoveTopicBody {
  @UuidField({ description: 'The category that it belongs in; one for the same readers.' }) categoryId: string;
}
export class MergeTopicBody {
  @UuidField({ description: 'The topic that asks the same; one for the same readers.' }) intoTopicId: string;
}

export class TopicStartedAnswer {
  @ApiProperty({ format: 'uuid' }) topicId: string;
  @ApiProperty({ format: 'uuid', description: 'Its first post.' }) postId: string;
  @ApiProperty({ type: 'integer', example: 42, description: 'By which people know it.' }) number: number;
  @ApiProperty({ enum: ['visible', 'held'], description: '`held`: a moderator looks first.' }) state: string;
  @ApiProperty({ type: 'integer', description: 'Of the topic; also the ETag.' }) version: number;
}
export class PostAddedAnswer {
  @ApiProperty({ format: 'uuid' }) postId: string;
  @ApiProperty({ enum: ['visible', 'held'], description: '`held`: a moderator looks first.' }) state: string;
  @ApiProperty({ type: 'integer', description: 'Of the topic; also the ETag.' }) version: number;
}
