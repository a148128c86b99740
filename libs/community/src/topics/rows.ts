/** What becomes of the rows of the read model `topics` by each event. Pure: statements, in the order of carrying out. */
import { rankOf } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { BallotEvent } from '../ballot/ballot.js';
import type { CategoryEvent } from '../category/category.js';
import type { MemberEvent } from '../member/member.js';
import type { TopicEvent } from '../topic/topic-events.js';
import type { VoteEvent } from '../vote/vote.js';

type ErasedEvent = Extract<MemberEvent, { type: 'MemberErased' }>;
export type TopicsEvent = CategoryEvent | TopicEvent | VoteEvent | BallotEvent | ErasedEvent;

export interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

type Recorded = Pick<RecordedEvent, 'tenantId' | 'version'>;
type ByType = {
  readonly [Event in TopicsEvent as Event['type']]: (data: Event['data'], of: Recorded) => Statement[];
};

/** The statements for one event on the tables in `schema`. */
export const statementsIn = (
  schema: string,
): ((event: Pick<RecordedEvent, 'type' | 'data'>, of: Recorded) => Statement[]) => {
  const byType: ByType = {
    ...categoryRows(schema),
    ...topicRows(schema),
    ...postRows(schema),
    ...voteRows(schema),
    ...ballotRows(schema),
    ...erasedRows(schema),
  };
  return ({ type, data }, of) =>
    (byType[type as TopicsEvent['type']] as (data: unknown, of: Recorded) => Statement[])(data, of);
};

/** Texts of somebody who is gone read as the log tells them from now on: empty. */
const erasedRows = (schema: string): Pick<ByType, ErasedEvent['type']> => ({
  MemberErased: ({ memberId }, { tenantId }) =>
    [
      `update ${schema}.topic set title = '' where tenant_id = $1 and member_id = $2`,
      `update ${schema}.post_edition as edition set body = '', reason = case when reason is not null then '' end
       from ${schema}.post where post.tenant_id = $1 and member_id = $2
         and edition.tenant_id = $1 and edition.post_id = post.post_id`,
      `update ${schema}.post set body = '' where tenant_id = $1 and member_id = $2`,
    ].map((text) => ({ text, values: [tenantId, memberId] })),
});

const categoryRows = (schema: string): Pick<ByType, CategoryEvent['type']> => {
  const change = (set: string, categoryId: string, { tenantId, version }: Recorded, values: unknown[] = []) => ({
    text: `update ${schema}.forum_category set ${set}${set && ', '}version = $3 where tenant_id = $1 and category_id = $2`,
    values: [tenantId, categoryId, version, ...values],
  });
  return {
    ForumCategoryCreated: ({ categoryId, place, audience }, { tenantId, version }) => [
      {
        text: `insert into ${schema}.forum_category values ($1, $2, $3, $4, false, $5)`,
        values: [tenantId, categoryId, place, rankOf(audience), version],
      },
    ],
    ForumCategoryNamed: ({ categoryId, locale, name }, of) => [
      {
        text: `insert into ${schema}.forum_category_name values ($1, $2, $3, $4)
               on conflict (tenant_id, category_id, locale) do update set name = excluded.name`,
        values: [of.tenantId, categoryId, locale, name],
      },
      change('', categoryId, of),
    ],
    ForumCategoryPlaced: ({ categoryId, place }, of) => [change('place = $4', categoryId, of, [place])],
    ForumCategoryAudienceChanged: ({ categoryId, audience }, of) => [
      change('audience = $4', categoryId, of, [rankOf(audience)]),
    ],
    ForumCategoryArchived: ({ categoryId }, of) => [change('archived = true', categoryId, of)],
    ForumCategoryReopened: ({ categoryId }, of) => [change('archived = false', categoryId, of)],
    ModeratorSet: ({ categoryId, personId, moderates }, of) => [
      {
        text: moderates
          ? `insert into ${schema}.forum_moderator values ($1, $2, $3) on conflict do nothing`
          : `delete from ${schema}.forum_moderator where tenant_id = $1 and category_id = $2 and person_id = $3`,
        values: [of.tenantId, categoryId, personId],
      },
      change('', categoryId, of),
    ],
  };
};

type OfTopic =
  | 'TopicStarted'
  | 'TopicRetitled'
  | 'TopicMoved'
  | 'TopicLocked'
  | 'TopicUnlocked'
  | 'TopicPinned'
  | 'TopicUnpinned'
  | 'TopicLanguageCorrected'
  | 'TopicMerged'
  | 'TopicUnmerged';

const topicRows = (schema: string): Pick<ByType, OfTopic> => {
  const change = (set: string, topicId: string, { tenantId, version }: Recorded, values: unknown[] = []) => ({
    text: `update ${schema}.topic set ${set}, version = $3 where tenant_id = $1 and topic_id = $2`,
    values: [tenantId, topicId, version, ...values],
  });
  return {
    TopicStarted: (data, of) => [
      {
        text: `insert into ${schema}.topic
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, false, false, false, null, $2, 0, 0, 0, $11)`,
        values: [
          ...[
            of.tenantId,
            data.topicId,
            data.number,
            data.categoryId,
            data.kind,
            data.locale,
            data.memberId,
            data.title,
          ],
          ...[data.at, data.held ? 'held' : 'visible', of.version],
        ],
      },
      ...written(schema, data, of),
    ],
    TopicRetitled: ({ topicId, title }, of) => [change('title = $4', topicId, of, [title])],
    TopicMoved: ({ topicId, categoryId }, of) => [change('category_id = $4', topicId, of, [categoryId])],
    TopicLocked: ({ topicId }, of) => [change('locked = true', topicId, of)],
    TopicUnlocked: ({ topicId }, of) => [change('locked = false', topicId, of)],
    TopicPinned: ({ topicId }, of) => [change('pinned = true', topicId, of)],
    TopicUnpinned: ({ topicId }, of) => [change('pinned = false', topicId, of)],
    TopicLanguageCorrected: ({ topicId, locale }, of) => [change('locale = $4', topicId, of, [locale])],
    TopicMerged: ({ topicId, intoTopicId }, of) => [
      change('merged_into = $4', topicId, of, [intoTopicId]),
      ...rerooted(schema, topicId, of, [topicId, intoTopicId]),
    ],
    TopicUnmerged: ({ topicId, fromTopicId }, of) => [
      change('merged_into = null', topicId, of),
      ...rerooted(schema, topicId, of, [topicId, fromTopicId]),
    ],
  };
};

/** A topic, with all that was merged into it, stands below another root: its posts are shown there. */
const rerooted = (schema: string, topicId: string, { tenantId }: Recorded, recounted: string[]): Statement[] => [
  {
    text: `with recursive above as (
             select topic_id, merged_into from ${schema}.topic where tenant_id = $1 and topic_id = $2
             union all
             select next.topic_id, next.merged_into from above join ${schema}.topic as next
               on next.tenant_id = $1 and next.topic_id = above.merged_into),
           below as (
             select $2::uuid as topic_id
             union
             select next.topic_id from below join ${schema}.topic as next
               on next.tenant_id = $1 and next.merged_into = below.topic_id),
           root as (select topic_id from above where merged_into is null),
           moved as (
             update ${schema}.topic set root_id = (select topic_id from root)
             where tenant_id = $1 and topic_id in (select topic_id from below))
           update ${schema}.post set shown_in = (select topic_id from root)
           where tenant_id = $1 and topic_id in (select topic_id from below)`,
    values: [tenantId, topicId],
  },
  ...recounted.map((id) => recount(schema, tenantId, id)),
];

/** What readers see of the posts that are shown where the topic's are. */
const recount = (schema: string, tenantId: string, topicId: string): Statement => ({
  text: `update ${schema}.topic set posts = counted.posts, solved = counted.solved,
           bumped_at = coalesce(counted.last_at, started_at)
         from (
           select ids.topic_id, count(post_id)::int as posts, coalesce(bool_or(accepted), false) as solved,
             max(posted_at) as last_at
           from (select $2::uuid as topic_id union select root_id from ${schema}.topic
                 where tenant_id = $1 and topic_id = $2) as ids
             left join ${schema}.post on post.tenant_id = $1 and shown_in = ids.topic_id and state = 'visible'
           group by ids.topic_id) as counted
         where topic.tenant_id = $1 and topic.topic_id = counted.topic_id`,
  values: [tenantId, topicId],
});

interface Written {
  readonly topicId: string;
  readonly postId: string;
  readonly memberId: string;
  readonly replyTo?: string;
  readonly official: boolean;
  readonly held: boolean;
  readonly body: string;
  readonly at: string;
}

const written = (schema: string, data: Written, { tenantId }: Recorded): Statement[] => [
  {
    text: `insert into ${schema}.post
           select $1, $2, $3, root_id, $4, $5, $6, $7, $8, 1, $9, null, false, 0, 0
           from ${schema}.topic where tenant_id = $1 and topic_id = $3`,
    values: [
      ...[tenantId, data.postId, data.topicId, data.memberId, data.replyTo ?? null, data.official],
      ...[data.held ? 'held' : 'visible', data.body, data.at],
    ],
  },
  {
    text: `insert into ${schema}.post_edition values ($1, $2, 1, $3, null, false, $4)`,
    values: [tenantId, data.postId, data.body, data.at],
  },
  recount(schema, tenantId, data.topicId),
];

type OfPost = Exclude<TopicEvent['type'], OfTopic>;

const postRows = (schema: string): Pick<ByType, OfPost> => {
  const versioned = (topicId: string, { tenantId, version }: Recorded): Statement => ({
    text: `update ${schema}.topic set version = $3 where tenant_id = $1 and topic_id = $2`,
    values: [tenantId, topicId, version],
  });
  const change = (set: string, postId: string, { tenantId }: Recorded, values: unknown[] = []): Statement => ({
    text: `update ${schema}.post set ${set} where tenant_id = $1 and post_id = $2`,
    values: [tenantId, postId, ...values],
  });
  /** Of the first post of a topic, the topic is in the same state. */
  const inState = (state: string) => (data: { topicId: string; postId: string }, of: Recorded) => [
    change('state = $3', data.postId, of, [state]),
    {
      text: `update ${schema}.topic set first_state = $3 where tenant_id = $1 and topic_id = $2`,
      values: [of.tenantId, data.postId, state],
    },
    versioned(data.topicId, of),
    recount(schema, of.tenantId, data.topicId),
  ];
  const accepted = (is: boolean) => (data: { topicId: string; postId: string }, of: Recorded) => [
    change(`accepted = $3, doubts = 0`, data.postId, of, [is]),
    versioned(data.topicId, of),
    recount(schema, of.tenantId, data.topicId),
  ];
  return {
    PostAdded: (data, of) => [...written(schema, data, of), versioned(data.topicId, of)],
    PostReleased: inState('visible'),
    PostRestored: inState('visible'),
    PostHidden: inState('hidden'),
    PostRemovedByAuthor: inState('removed'),
    PostEdited: (data, of) => [
      change('body = $3, edition = $4, edited_at = $5', data.postId, of, [data.body, data.edition, data.at]),
      {
        text: `insert into ${schema}.post_edition values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          ...[of.tenantId, data.postId, data.edition, data.body, data.reason ?? null],
          ...[data.byModerator, data.at],
        ],
      },
      ...(data.held ? inState('held')(data, of) : [versioned(data.topicId, of)]),
    ],
    AnswerAccepted: accepted(true),
    AnswerUnaccepted: accepted(false),
    AnswerDoubted: (data, of) => [change('doubts = doubts + 1', data.postId, of), versioned(data.topicId, of)],
  };
};

const voteRows = (schema: string): Pick<ByType, VoteEvent['type']> => {
  /** The id of a topic is that of its first post. */
  const counted = (by: 1 | -1, postId: string, tenantId: string): Statement[] => [
    {
      text: `update ${schema}.post set votes = votes + $3 where tenant_id = $1 and post_id = $2`,
      values: [tenantId, postId, by],
    },
    {
      text: `update ${schema}.topic set votes = votes + $3 where tenant_id = $1 and topic_id = $2`,
      values: [tenantId, postId, by],
    },
  ];
  const gone = ({ postId, memberId }: { postId: string; memberId: string }, { tenantId }: Recorded): Statement[] => [
    {
      text: `delete from ${schema}.post_vote where tenant_id = $1 and post_id = $2 and member_id = $3`,
      values: [tenantId, postId, memberId],
    },
    ...counted(-1, postId, tenantId),
  ];
  return {
    VoteCast: ({ postId, memberId, at }, { tenantId }) => [
      {
        text: `insert into ${schema}.post_vote values ($1, $2, $3, $4)`,
        values: [tenantId, postId, memberId, at],
      },
      ...counted(1, postId, tenantId),
    ],
    VoteWithdrawn: gone,
    VoteVoided: gone,
  };
};

const ballotRows = (schema: string): Pick<ByType, BallotEvent['type']> => {
  const counted = (by: 1 | -1, topicId: string, tenantId: string): Statement => ({
    text: `update ${schema}.topic set idea_votes = idea_votes + $3 where tenant_id = $1 and topic_id = $2`,
    values: [tenantId, topicId, by],
  });
  return {
    IdeaVoteCast: ({ topicId, memberId }, { tenantId }) => [
      { text: `insert into ${schema}.idea_vote values ($1, $2, $3)`, values: [tenantId, topicId, memberId] },
      counted(1, topicId, tenantId),
    ],
    IdeaVoteReturned: ({ topicId, memberId }, { tenantId }) => [
      {
        text: `delete from ${schema}.idea_vote where tenant_id = $1 and topic_id = $2 and member_id = $3`,
        values: [tenantId, topicId, memberId],
      },
      counted(-1, topicId, tenantId),
    ],
  };
};
