/** What is answered about articles, in the words of OpenAPI. */
import { type Audience, audiences } from '@guichet/contracts';
import { ApiProperty } from '@nestjs/swagger';

const revisionOf = (description: string) => ({ type: 'integer', minimum: 1, description }) as const;
const category = { type: 'string', format: 'uuid', nullable: true, description: 'null: in none.' } as const;

class StaleAnswer {
  @ApiProperty(revisionOf('The released revision of the source.')) sourceRevision: number;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Paragraphs, headings and lists that changed.' })
  changedBlocks: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Words of the source that changed.' }) changedWords: number;
  @ApiProperty({ enum: ['update', 'major'], description: 'major: readers are warned before they read.' })
  significance: 'update' | 'major';
}

class HeadingAnswer {
  @ApiProperty({ type: 'integer', minimum: 2, maximum: 6, description: 'The title of the page is level 1.' })
  level: number;
  @ApiProperty() text: string;
  @ApiProperty({ description: 'Its anchor in `html`.', example: 'content-how-long' }) id: string;
}

class AlternateAnswer {
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty() title: string;
  @ApiProperty({ example: 'obtenir-un-remboursement' }) slug: string;
}

export class ArticleAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', description: 'Its address begins with it.', example: 42 }) number: number;
  @ApiProperty({ description: 'The language that was asked for.', example: 'fr-CA' }) requestedLocale: string;
  @ApiProperty({ description: 'The language that is shown.', example: 'fr' }) locale: string;
  @ApiProperty({ description: 'Whether another language is shown than the one asked for.' }) fallback: boolean;
  @ApiProperty({ description: 'The language it was written in.', example: 'en' }) sourceLocale: string;
  @ApiProperty({ type: [AlternateAnswer], description: 'Every language that is published, this one too.' })
  alternates: AlternateAnswer[];
  @ApiProperty() title: string;
  @ApiProperty({ description: 'The readable part of its address; the number decides.', example: 'get-a-refund' })
  slug: string;
  @ApiProperty({ description: 'In a sentence or two; may be empty.' }) summary: string;
  @ApiProperty({ type: [String], description: 'Words to find it by.' }) keywords: string[];
  @ApiProperty({ description: 'Markdown.' }) body: string;
  @ApiProperty({ description: 'The same as safe HTML; links lead to other articles in the reader’s language.' })
  html: string;
  @ApiProperty({ type: [HeadingAnswer], description: 'Its headings, in order.' }) contents: HeadingAnswer[];
  @ApiProperty(revisionOf('Of the text in the language that is shown.')) revision: number;
  @ApiProperty({ format: 'date-time', description: 'Since when people read this revision.' }) publishedAt: string;
  @ApiProperty({
    type: StaleAnswer,
    nullable: true,
    description: 'What the translation lacks of its source; null: nothing.',
  })
  stale: StaleAnswer | null;
  @ApiProperty(category) categoryId: string | null;
  @ApiProperty({ enum: audiences, description: 'Who may read it: the strictest of its own and its categories’.' })
  audience: Audience;
}

class TextStateAnswer {
  @ApiProperty({ example: 'fr' }) locale: string;
  @ApiProperty({ type: 'integer', description: 'Sent back as `If-Match` by who changes this text.' }) version: number;
  @ApiProperty({ ...revisionOf('Written and not published; null: there is none.'), nullable: true })
  draft: number | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Of the draft: it waits for review.',
  })
  submittedAt: string | null;
  @ApiProperty({ type: 'string', nullable: true, description: 'Of the draft: why it was returned.' })
  returnReason: string | null;
  @ApiProperty({ ...revisionOf('What people read; null: nothing.'), nullable: true }) published: number | null;
  @ApiProperty({ ...revisionOf('Of the source: what translations should follow.'), nullable: true })
  released: number | null;
  @ApiProperty({ ...revisionOf('Of a translation: which revision of the source people read in it.'), nullable: true })
  publishedFollows: number | null;
}

export class TextsAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ description: 'The language it is written in.', example: 'en' }) sourceLocale: string;
  @ApiProperty(category) categoryId: string | null;
  @ApiProperty({ enum: audiences, description: 'Its own.' }) audience: Audience;
  @ApiProperty({ enum: audiences, description: 'The strictest of its own and its categories’: this one counts.' })
  effectiveAudience: Audience;
  @ApiProperty() archived: boolean;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The article that answers instead.' })
  successorId: string | null;
  @ApiProperty({ format: 'date-time' }) draftedAt: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Who looks after it, by the `sub` of their token.' })
  ownerId: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Days until somebody has to look again; null: never.' })
  verifyEveryDays: number | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When somebody last found it right.',
  })
  verifiedAt: string | null;
  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The ticket whose answer it was made of.',
  })
  ticketId: string | null;
  @ApiProperty({ type: [TextStateAnswer], description: 'One for each language that somebody has begun.' })
  texts: TextStateAnswer[];
}

export class DraftAnswer extends TextStateAnswer {
  @ApiProperty(revisionOf('The newest.')) revision: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'The revision it was made of; 0 for the first.' })
  basedOn: number;
  @ApiProperty({ ...revisionOf('Of a translation: the revision of the source that it renders.'), nullable: true })
  follows: number | null;
  @ApiProperty() title: string;
  @ApiProperty() summary: string;
  @ApiProperty({ type: [String] }) keywords: string[];
  @ApiProperty({ description: 'Markdown.' }) body: string;
  @ApiProperty({ description: 'By the `sub` of their token.' }) writtenBy: string;
  @ApiProperty({ format: 'date-time' }) writtenAt: string;
}
