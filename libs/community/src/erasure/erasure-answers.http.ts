import { ApiProperty } from '@nestjs/swagger';
import { MeAnswer } from '../member/member-answers.http.js';
import type { OwnRows } from './own-data.query.js';

const id = { format: 'uuid' } as const;
const moment = { format: 'date-time' } as const;

class OwnTopic {
  @ApiProperty(id) topicId: string;
  @ApiProperty({ type: 'integer' }) number: number;
  @ApiProperty() title: string;
  @ApiProperty({ example: 'pl' }) locale: string;
  @ApiProperty(moment) startedAt: string;
}
class OwnEdition {
  @ApiProperty(id) postId: string;
  @ApiProperty(id) topicId: string;
  @ApiProperty({ type: 'integer', minimum: 1 }) edition: number;
  @ApiProperty({ enum: ['visible', 'held', 'hidden', 'removed'], description: 'Of the post.' }) state: string;
  @ApiProperty({ description: 'Markdown.' }) body: string;
  @ApiProperty(moment) writtenAt: string;
}
class OwnVote {
  @ApiProperty(id) postId: string;
  @ApiProperty(moment) castAt: string;
}
class OwnFlag {
  @ApiProperty(id) postId: string;
  @ApiProperty() reason: string;
  @ApiProperty({ type: String, nullable: true }) note: string | null;
  @ApiProperty(moment) flaggedAt: string;
}
class OwnAppeal {
  @ApiProperty(id) postId: string;
  @ApiProperty() text: string;
  @ApiProperty(moment) appealedAt: string;
}
class OwnReading {
  @ApiProperty(id) topicId: string;
  @ApiProperty({ type: 'integer' }) posts: number;
  @ApiProperty({ type: 'integer' }) seconds: number;
  @ApiProperty(moment) readAt: string;
}

export class OwnDataAnswer {
  @ApiProperty({ type: MeAnswer }) member: MeAnswer;
  @ApiProperty({ type: [OwnTopic] }) topics: OwnTopic[];
  @ApiProperty({ type: [OwnEdition] }) editions: OwnEdition[];
  @ApiProperty({ type: [OwnVote] }) votes: OwnVote[];
  @ApiProperty({ type: [OwnFlag] }) flags: OwnFlag[];
  @ApiProperty({ type: [OwnAppeal] }) appeals: OwnAppeal[];
  @ApiProperty({ type: [OwnReading] }) reading: OwnReading[];
}

export class ErasedAnswer {
  @ApiProperty({ ...id, description: 'Under which their posts stay.' }) memberId: string;
  @ApiProperty({ type: 'integer', description: 'The new version; also the ETag.' }) version: number;
}

export const ownDataView = (member: MeAnswer, rows: OwnRows): OwnDataAnswer => ({
  member,
  topics: rows.topics.map(({ topic_id: topicId, number, title, locale, started_at }) => ({
    ...{ topicId, number: Number(number), title, locale, startedAt: started_at.toISOString() },
  })),
  editions: rows.editions.map(({ post_id: postId, topic_id: topicId, written_at, ...edition }) => ({
    ...{ postId, topicId, ...edition, writtenAt: written_at.toISOString() },
  })),
  votes: rows.votes.map(({ post_id: postId, cast_at }) => ({ postId, castAt: cast_at.toISOString() })),
  flags: rows.flags.map(({ post_id: postId, flagged_at, ...flag }) => ({
    ...{ postId, ...flag, flaggedAt: flagged_at.toISOString() },
  })),
  appeals: rows.appeals.map(({ post_id: postId, appeal: text, appealed_at }) => ({
    ...{ postId, text, appealedAt: appealed_at.toISOString() },
  })),
  reading: rows.reading.map(({ topic_id: topicId, posts, seconds, read_at }) => ({
    ...{ topicId, posts, seconds, readAt: read_at.toISOString() },
  })),
});
