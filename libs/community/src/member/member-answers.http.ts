import { ApiProperty } from '@nestjs/swagger';
import type { MemberRow } from './members.query.js';
import { limitsOf, type TrustLevel, trustLevels } from './trust.js';

const moment = (description: string) => ({ type: 'string', format: 'date-time', nullable: true, description }) as const;
const count = (description: string) => ({ type: 'integer', minimum: 0, description }) as const;
const level = { type: 'integer', enum: [...trustLevels], description: 'Of trust; 0 for a newcomer.' } as const;

class StandingAnswer {
  @ApiProperty(level) level: TrustLevel;
  @ApiProperty({ description: 'A moderator gave it: no figure changes it.' }) levelLocked: boolean;
  @ApiProperty(moment('Until then they write nothing; null: they may.')) silencedUntil: string | null;
  @ApiProperty({ description: 'They may neither write nor vote.' }) suspended: boolean;
  @ApiProperty(moment('When the suspension ends; null: it does not, or there is none.')) suspendedUntil: string | null;
}

/** As others see them: no level, no points. */
export class MemberAnswer {
  @ApiProperty({ format: 'uuid' }) memberId: string;
  @ApiProperty({ example: 'anna.k' }) handle: string;
  @ApiProperty({ format: 'date-time' }) joinedAt: string;
  @ApiProperty(count('Topics they began that readers see.')) topics: number;
  @ApiProperty(count('Posts in topics that readers see, but those that begin one.')) posts: number;
  @ApiProperty(count('Questions that a post of theirs answers.')) solved: number;
  @ApiProperty({ type: StandingAnswer, nullable: true, description: 'For moderators; null for others.' })
  standing: StandingAnswer | null;
}

class LimitsAnswer {
  @ApiProperty(count('More are looked at by a moderator first.')) linksPerPost: number;
  @ApiProperty(count('In a post.')) imagesPerPost: number;
  @ApiProperty(count('In a post.')) mentionsPerPost: number;
  @ApiProperty(count('From midnight to midnight, UTC.')) topicsPerDay: number;
  @ApiProperty(count('From midnight to midnight, UTC.')) postsPerDay: number;
  @ApiProperty(count('From midnight to midnight, UTC.')) votesPerDay: number;
  @ApiProperty(count('From midnight to midnight, UTC.')) flagsPerDay: number;
}

/** As a member sees themselves. */
export class MeAnswer extends MemberAnswer {
  @ApiProperty({ description: 'In which they are written to; `und`: not known.', example: 'pl' }) locale: string;
  @ApiProperty({ type: LimitsAnswer, description: 'What the level allows.' }) limits: LimitsAnswer;
  @ApiProperty(moment('When the level falls unless they come more often; null: it does not.'))
  levelFallsAt: string | null;
}

export class HandleAnswer {
  @ApiProperty({ format: 'uuid' }) memberId: string;
  @ApiProperty({ description: 'In the form it is kept in.' }) handle: string;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}

export const memberView = (row: MemberRow, { isModerator }: { readonly isModerator: boolean }): MemberAnswer => ({
  ...{ memberId: row.member_id, handle: row.handle, joinedAt: row.joined_at.toISOString() },
  ...{ topics: row.topics, posts: row.posts, solved: row.solved },
  standing: isModerator ? standingView(row) : null,
});

export const meView = (row: MemberRow): MeAnswer => ({
  ...memberView(row, { isModerator: true }),
  ...{ locale: row.locale, limits: limitsOf(row.level), levelFallsAt: row.falls_at?.toISOString() ?? null },
});

const standingView = ({ level: of, level_locked, silenced_until, suspended_until }: MemberRow): StandingAnswer => ({
  ...{ level: of, levelLocked: level_locked, silencedUntil: silenced_until?.toISOString() ?? null },
  suspended: suspended_until !== null,
  suspendedUntil: suspended_until instanceof Date ? suspended_until.toISOString() : null,
});
