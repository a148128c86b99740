import { topicKinds } from '@guichet/contracts';
import { PageOf } from '@guichet/service';
import { ApiProperty } from '@nestjs/swagger';
import type { PostState } from '../topic/topic.js';
import type { TopicKind } from '../topic/topic-events.js';
import type { EditionRow, PostRow, TopicRow } from './topics.query.js';

const postStates = ['visible', 'held', 'hidden', 'removed'] as const;
const stateWords =
  '`held`: a moderator looks first. Others than `visible` are shown to who wrote it and to moderators.';

export class TopicAnswer {
  @ApiProperty({ format: 'uuid' }) topicId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
  @ApiProperty({ format: 'uuid' }) categoryId: string;
  @ApiProperty({ enum: topicKinds }) kind: TopicKind;
  @ApiProperty({ description: 'The language it is in.', example: 'en' }) locale: string;
  @ApiProperty() title: string;
  @ApiProperty({ format: 'uuid', description: 'Who began it.' }) memberId: string;
  @ApiProperty({ format: 'date-time' }) startedAt: string;
  @ApiProperty({ format: 'date-time', description: 'Of the newest post that readers see.' }) activeAt: string;
  @ApiProperty({ enum: postStates, description: stateWords }) state: PostState;
  @ApiProperty({ description: 'It takes no more posts.' }) locked: boolean;
  @ApiProperty({ description: 'It stands before the others of its category.' }) pinned: boolean;
  @ApiProperty({ description: 'An answer is accepted.' }) solved: boolean;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'That readers see, the first included.' }) posts: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Of the first post.' }) votes: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Of an idea: the votes that members have put on it.' })
  ideaVotes: number;
}
class MergedIntoAnswer {
  @ApiProperty({ format: 'uuid' }) topicId: string;
  @ApiProperty({ type: 'integer', example: 42 }) number: number;
}
export class OneTopicAnswer extends TopicAnswer {
  @ApiProperty({ type: MergedIntoAnswer, nullable: true, description: 'Where its posts are shown; null: here.' })
  mergedInto: MergedIntoAnswer | null;
  @ApiProperty({ type: 'integer', description: 'Also the ETag.' }) version: number;
}
export class TopicPage extends PageOf(TopicAnswer) {}

export class PostAnswer {
  @ApiProperty({ format: 'uuid' }) postId: string;
  @ApiProperty({ format: 'uuid', description: 'Where it was written: another one where that was merged.' })
  topicId: string;
  @ApiProperty({ format: 'uuid', description: 'Who wrote it.' }) memberId: string;
  @ApiProperty({ description: 'Who wrote it works here.' }) official: boolean;
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The post that it answers.' })
  replyTo: string | null;
  @ApiProperty({ enum: postStates, description: stateWords }) state: PostState;
  @ApiProperty({ description: 'Markdown, as it was written.' }) body: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'For `If-Match` of a change.' }) edition: number;
  @ApiProperty({ format: 'date-time' }) postedAt: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) editedAt: string | null;
  @ApiProperty({ description: 'It is the answer, or one of them.' }) accepted: boolean;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'For whom the accepted answer does not work.' })
  doubts: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Members who find it helpful.' }) votes: number;
  @ApiProperty({ description: 'Whether the caller is one of them.' }) voted: boolean;
}
export class PostPage extends PageOf(PostAnswer) {}

export class EditionAnswer {
  @ApiProperty({ type: 'integer', minimum: 1 }) edition: number;
  @ApiProperty({ description: 'Markdown.' }) body: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why it was changed.' }) reason: string | null;
  @ApiProperty({ description: 'A moderator wrote it.' }) byModerator: boolean;
  @ApiProperty({ format: 'date-time' }) writtenAt: string;
}
export class EditionsAnswer {
  @ApiProperty({ type: [EditionAnswer], description: 'Newest first.' }) editions: EditionAnswer[];
}

export const topicView = (row: TopicRow): TopicAnswer => ({
  ...{ topicId: row.topic_id, number: Number(row.number), categoryId: row.category_id, kind: row.kind },
  ...{ locale: row.locale, title: row.title, memberId: row.member_id, state: row.first_state },
  ...{ startedAt: row.started_at.toISOString(), activeAt: row.bumped_at.toISOString() },
  ...{ locked: row.locked, pinned: row.pinned, solved: row.solved, posts: row.posts, votes: row.votes },
  ideaVotes: row.idea_votes,
});

export const oneTopicView = (row: TopicRow): OneTopicAnswer => ({
  ...topicView(row),
  mergedInto: row.merged_into === null ? null : { topicId: row.root_id, number: Number(row.root_number) },
  version: row.version,
});

export const postView = (row: PostRow): PostAnswer => ({
  ...{ postId: row.post_id, topicId: row.topic_id, memberId: row.member_id, official: row.official },
  ...{ replyTo: row.reply_to, state: row.state, body: row.body, edition: row.edition },
  ...{ postedAt: row.posted_at.toISOString(), editedAt: row.edited_at?.toISOString() ?? null },
  ...{ accepted: row.accepted, doubts: row.doubts, votes: row.votes, voted: row.voted },
});

export const editionView = (row: EditionRow): EditionAnswer => ({
  ...{ edition: row.edition, body: row.body, reason: row.reason, byModerator: row.by_moderator },
  writtenAt: row.written_at.toISOString(),
});
