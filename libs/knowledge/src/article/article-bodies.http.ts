import { audiences } from '@guichet/contracts';
import { EnumField, LocaleField, UuidField } from '@guichet/http-host';
import { ApiProperty } from '@nestjs/swagger';
import type { Audience } from '../audience.js';

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
}

export class ArchiveArticleBody {
  @UuidField({ optional: true, description: 'The article that answers instead; who asks for this one is told.' })
  successorId?: string;
}

export class DraftedArticleAnswer {
  @ApiProperty({ format: 'uuid' }) articleId: string;
  @ApiProperty({ type: 'integer', description: 'By which people know it; never given again.', example: 42 })
  number: number;
  @ApiProperty({ description: 'The language it is written in.', example: 'en' }) sourceLocale: string;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}
