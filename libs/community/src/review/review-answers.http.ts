import { type Page, PageQuery } from '@guichet/http-host';
import { EnumField } from '@guichet/http-host';
import { PageOf } from '@guichet/service';
import { ApiProperty } from '@nestjs/swagger';
import { type SignalName, signalNames } from '../holding/signals.js';
import { type FlagReason, flagReasons } from './flags.js';
import { type Action, actions, type Outcome, outcomes } from './review-events.js';
import { type ListedState, type ReviewRow, reviewStates } from './reviews.query.js';

const moment = (description: string) => ({ type: 'string', format: 'date-time', nullable: true, description }) as const;
const text = (description: string) => ({ type: 'string', nullable: true, description }) as const;

export class ReviewsQuery extends PageQuery {
  @EnumField(reviewStates, { optional: true, description: 'Those that wait if not given.' }) state: ListedState =
    'open';
}

export class FlagAnswer {
  @ApiProperty({ description: 'Whether the caller’s flag stands.' }) flagged: boolean;
}

class SignalAnswer {
  @ApiProperty({ enum: signalNames }) name: SignalName;
  @ApiProperty({ type: 'number', minimum: 0, description: 'From 1 on, all together, a post is held.' }) weight: number;
}
class ReviewFlagAnswer {
  @ApiProperty({ format: 'uuid', description: 'Who flagged it.' }) memberId: string;
  @ApiProperty({ enum: flagReasons }) reason: FlagReason;
  @ApiProperty({ type: 'number', minimum: 0, maximum: 2 }) weight: number;
  @ApiProperty(text('What they wrote beside it.')) note: string | null;
  @ApiProperty({ enum: outcomes, nullable: true, description: 'null: nobody has decided on it.' })
  outcome: Outcome | null;
}
export class ReviewAnswer {
  @ApiProperty({ format: 'uuid', description: 'Also the id of the review.' }) postId: string;
  @ApiProperty({ format: 'uuid' }) topicId: string;
  @ApiProperty({ format: 'uuid', description: 'Who wrote the post.' }) authorId: string;
  @ApiProperty({ description: 'The post, in Markdown.' }) body: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Of the post, when it was held or flagged last.' })
  edition: number;
  @ApiProperty({ enum: reviewStates }) state: ListedState;
  @ApiProperty({ description: 'Nobody has seen the post yet.' }) held: boolean;
  @ApiProperty({ description: 'By flags, or by a moderator.' }) hidden: boolean;
  @ApiProperty({ type: [SignalAnswer], description: 'What it is held for.' }) signals: SignalAnswer[];
  @ApiProperty({ type: [ReviewFlagAnswer], description: 'In the order in which they came.' }) flags: ReviewFlagAnswer[];
  @ApiProperty({ type: 'number', description: 'Weights of the flags × posts of the topic + score of the hold.' })
  priority: number;
  @ApiProperty({ format: 'date-time' }) openedAt: string;
  @ApiProperty({ enum: outcomes, nullable: true }) outcome: Outcome | null;
  @ApiProperty({ enum: actions, nullable: true }) action: Action | null;
  @ApiProperty({ enum: flagReasons, nullable: true, description: 'What is wrong with the post.' })
  reason: FlagReason | null;
  @ApiProperty(text('What the moderator wrote to the author.')) note: string | null;
  @ApiProperty(text('The moderator’s own membership; null: they have not joined, or nobody has decided.'))
  decidedBy: string | null;
  @ApiProperty(moment('null: nobody has decided.')) decidedAt: string | null;
  @ApiProperty(text('What the author says against the decision; null: nothing.')) appeal: string | null;
}
export class ReviewPage extends PageOf(ReviewAnswer) {}
export type ReviewAnswers = Page<ReviewAnswer>;

export const reviewView = (row: ReviewRow): ReviewAnswer => ({
  ...{ postId: row.post_id, topicId: row.topic_id, authorId: row.author_id, body: row.body, edition: row.edition },
  ...{ state: row.state, held: row.held, hidden: row.hidden, priority: row.priority },
  signals: row.signals.map(({ name, weight }) => ({ name, weight })),
  flags: (row.flagged ?? []).map(({ memberId, reason, weight, note, outcome }) => ({
    ...{ memberId, reason, weight, note, outcome },
  })),
  ...{ openedAt: row.opened_at.toISOString(), outcome: row.outcome, action: row.action, reason: row.reason },
  ...{ note: row.note, decidedBy: row.decided_by, decidedAt: row.decided_at?.toISOString() ?? null },
  appeal: row.appeal,
});
