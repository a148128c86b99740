import { conflict, Ctx, LocaleParam, notFound, QueryInt, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { Freshness, QueryResponse } from '@guichet/service';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { alignedBlocks } from '../content/aligned-blocks.js';
import { type BlockOperation, blockOperations, wordOperations } from '../content/differences.js';
import { sideBySide, type SideBySideRow } from '../content/side-by-side.js';
import { stalenessOf } from '../text/source-history.js';
import { blocksOf } from '../text/stored-blocks.js';
import { type ComparedRow, Comparisons } from './comparisons.query.js';

const operations = ['same', 'changed', 'added', 'removed'] as const;

export class WordsAnswer {
  @ApiProperty({ enum: ['same', 'added', 'removed'] }) op: 'same' | 'added' | 'removed';
  @ApiProperty() text: string;
}
export class BlockAnswer {
  @ApiProperty({ enum: operations }) op: (typeof operations)[number];
  @ApiProperty({ description: 'Kept from revision to revision while the block stays alike.', example: '1.3' })
  id: string;
  @ApiProperty({ required: false, description: 'Markdown; of a block that is changed see `words`.' }) text?: string;
  @ApiProperty({ type: [WordsAnswer], required: false, description: 'Of a block that is changed: word by word.' })
  words?: WordsAnswer[];
  @ApiProperty({ required: false, description: 'Whether it stands elsewhere among the blocks that both have.' })
  moved?: boolean;
}
class DiffAnswer {
  @ApiProperty({ type: 'integer' }) from: number;
  @ApiProperty({ type: 'integer' }) to: number;
  @ApiProperty({ type: [WordsAnswer], description: 'Of the title.' }) title: WordsAnswer[];
  @ApiProperty({
    type: [BlockAnswer],
    description: 'In the order of the newer revision; what is gone stands where it was.',
  })
  blocks: BlockAnswer[];
}
class BesideBlockAnswer {
  @ApiProperty({ example: '1.3' }) id: string;
  @ApiProperty({ description: 'Markdown.' }) markdown: string;
}
class BesideRowAnswer {
  @ApiProperty({
    type: BlockAnswer,
    nullable: true,
    description: 'What became of the block of the source; null: it has none there.',
  })
  source: BlockAnswer | null;
  @ApiProperty({ description: 'Whether the translator has to look at it.' }) outdated: boolean;
  @ApiProperty({ type: [BesideBlockAnswer], description: 'What the translation says there.' })
  translation: BesideBlockAnswer[];
}
class SideBySideAnswer {
  @ApiProperty({ description: 'The language it is written in.', example: 'en' }) sourceLocale: string;
  @ApiProperty({ type: 'integer', description: 'The revision of the source that the translation follows.' })
  follows: number;
  @ApiProperty({ type: 'integer', description: 'The released revision of the source.' }) sourceRevision: number;
  @ApiProperty({ type: 'integer', description: 'The newest of the translation.' }) revision: number;
  @ApiProperty({ type: 'integer' }) changedBlocks: number;
  @ApiProperty({ type: 'integer' }) ofBlocks: number;
  @ApiProperty({ type: 'integer', description: 'Words of the source.' }) changedWords: number;
  @ApiProperty({ type: [BesideRowAnswer], description: 'In the order of the source.' }) rows: BesideRowAnswer[];
}
class DiffQuery {
  @QueryInt({ min: 1, description: 'The older revision.' }) from: number;
  @QueryInt({ min: 1, description: 'The newer revision.' }) to: number;
}

@ApiTags('texts')
@Controller('knowledge/v1/articles/:articleId/texts/:locale')
@Roles(...writers)
export class ComparisonsHttp {
  constructor(
    private readonly comparisons: Comparisons,
    private readonly freshness: Freshness,
  ) {}

  @Get('diff')
  @ApiOperation({ summary: 'What lies between two revisions of a text' })
  @QueryResponse(DiffAnswer, { 404: '`unknown-revision`: the text has not both of them.' })
  async diff(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Query() { from, to }: DiffQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<DiffAnswer> {
    await this.freshness.of(ctx, 'articles');
    const found = await this.comparisons.revisions(ctx.tenantId, articleId, locale, [from, to]);
    const of = (revision: number): ComparedRow => {
      const row = found.find((one) => one.revision === revision);
      if (row === undefined) throw notFound('unknown-revision', `The text has no revision ${revision}.`);
      return row;
    };
    const [older, newer] = [of(from), of(to)];
    return {
      ...{ from, to, title: [...wordOperations(older.title, newer.title)] },
      blocks: blockOperations(blocksOf(older), blocksOf(newer)).map(blockView),
    };
  }

  @Get('side-by-side')
  @ApiOperation({
    summary: 'The newest revision of a translation beside its source',
    description:
      'Block by block: what the source says now, what changed since the translation followed it, and what the translation says.',
  })
  @QueryResponse(SideBySideAnswer, {
    404: '`unknown-text`: there is none in this language.',
    409: '`not-a-translation`: it is the source; `follows-unreleased`: it follows nothing that is released.',
  })
  async sideBySide(
    @UuidParam('articleId') articleId: string,
    @LocaleParam('locale') locale: string,
    @Ctx() ctx: RequestContext,
  ): Promise<SideBySideAnswer> {
    await this.freshness.of(ctx, 'articles');
    const { translation, sourceLocale, released, source } =
      (await this.comparisons.beside(ctx.tenantId, articleId, locale)) ?? unknown();
    if (translation === undefined) return unknown();
    if (locale === sourceLocale)
      throw conflict('not-a-translation', 'The text in the source language follows no other.');
    const revisions = source.map(({ revision, significance, ...text }) => ({
      ...{ revision, significance, blocks: blocksOf(text) },
    }));
    const { follows, revision } = translation;
    const [followed, now] = [revisions.find((one) => one.revision === follows), revisions.at(-1)];
    const stale = follows === null ? undefined : stalenessOf({ revisions, released }, follows);
    if (follows === null || followed === undefined || now === undefined || stale === undefined)
      throw conflict('follows-unreleased', 'The translation follows nothing of the source that is released.');
    const translated = blocksOf(translation);
    const renders = alignedBlocks(followed.blocks, translated);
    const rows = sideBySide({
      ...{
        followed: followed.blocks,
        released: now.blocks,
        outdated: stale.outdated,
        translation: translated,
        renders,
      },
    });
    const { sourceRevision, changedBlocks, ofBlocks, changedWords } = stale;
    return {
      ...{ sourceLocale, follows, revision, sourceRevision, changedBlocks, ofBlocks, changedWords },
      rows: rows.map(rowView),
    };
  }
}

function unknown(): never {
  throw notFound('unknown-text', 'The article has no text in this language.');
}

export const blockView = (operation: BlockOperation): BlockAnswer =>
  operation.op === 'changed' ? { ...operation, words: [...operation.words] } : { ...operation };

const rowView = ({ source, isOutdated, translation }: SideBySideRow): BesideRowAnswer => ({
  source: source === undefined ? null : blockView(source),
  outdated: isOutdated,
  translation: translation.map(({ id, markdown }) => ({ id, markdown })),
});
