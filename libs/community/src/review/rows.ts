/** What becomes of the rows of the read model `reviews` by each event. Pure: statements, in the order of carrying out. */
import type { RecordedEvent } from '@guichet/event-sourcing';
import { unpackFeatures } from '../holding/prints.js';
import type { MemberEvent } from '../member/member.js';
import type { ReviewData, ReviewEvent } from './review-events.js';

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}
type Recorded = Pick<RecordedEvent, 'tenantId' | 'version' | 'position'>;

export type ReviewsEvent = ReviewEvent | Extract<MemberEvent, { type: 'MemberErased' }>;

/** The statements for one event on the tables in `schema`. */
export function statementsOf(schema: string, { type, data }: ReviewsEvent, of: Recorded): Statement[] {
  const { tenantId, position } = of;
  if (type === 'MemberErased') return erased(schema, data.memberId, tenantId);
  const { postId } = data;
  switch (type) {
    case 'PostHeld':
      return [
        opened(schema, data, of, 1),
        change(schema, postId, of, 'held = true, score = $5, signals = $6', data.score, JSON.stringify(data.signals)),
      ];
    case 'PostFlagged': {
      const { memberId, reason, weight, note = null, reach, hides, at } = data;
      return [
        opened(schema, data, of, reach),
        takenBack(schema, postId, memberId, tenantId),
        {
          text: `insert into ${schema}.review_flag values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          values: [tenantId, postId, memberId, position, reason, weight, note, at],
        },
        counted(schema, postId, of),
        change(schema, postId, of, 'reach = $5, hidden = hidden or $6', reach, hides),
      ];
    }
    case 'FlagWithdrawn':
      return [
        takenBack(schema, postId, data.memberId, tenantId),
        counted(schema, postId, of),
        change(
          schema,
          postId,
          of,
          `hidden = hidden and not $5, state = case when flags > 0 or held then 'open' else 'none' end`,
          data.restores,
        ),
      ];
    case 'FlagReviewed':
      return reviewed(schema, data, of);
    case 'AppealMade':
      return [change(schema, postId, of, `state = 'appealed', appeal = $5, appealed_at = $6`, data.text, data.at)];
    case 'AppealDecided': {
      const { granted, reason, features, moderatorId = null, note = null, at } = data;
      const decided = change(
        ...([schema, postId, of] as const),
        `state = 'decided', hidden = not $5, note = $6, decided_by = $7, decided_at = $8,
         action = case when $5 then 'show' else 'hide' end`,
        ...[granted, note, moderatorId, at],
      );
      const wasSpam = granted && reason === 'spam';
      return [
        decided,
        ...(wasSpam ? [...taught(schema, tenantId, features, -1, 0), ...taught(schema, tenantId, features, 0, 1)] : []),
      ];
    }
  }
}

/** Texts of somebody who is gone, and about them, read as the log tells them from now on: empty. */
const erased = (schema: string, memberId: string, tenantId: string): Statement[] =>
  [
    `update ${schema}.review_flag set note = '' where tenant_id = $1 and member_id = $2 and note is not null`,
    `update ${schema}.review_item set note = case when note is not null then '' end,
       appeal = case when appeal is not null then '' end where tenant_id = $1 and author_id = $2`,
  ].map((text) => ({ text, values: [tenantId, memberId] }));

/** What is open again begins anew. */
const opened = (
  schema: string,
  { postId, topicId, authorId, edition, at }: ReviewData<'PostHeld'> | ReviewData<'PostFlagged'>,
  { tenantId, version, position }: Recorded,
  reach: number,
): Statement => ({
  text: `insert into ${schema}.review_item as item (tenant_id, post_id, topic_id, author_id, state, edition, held, hidden,
           score, signals, flags, weight, reach, opened_at, version, position)
         values ($1, $2, $3, $4, 'open', $5, false, false, 0, '[]', 0, 0, $6, $7, $8, $9)
         on conflict (tenant_id, post_id) do update set state = 'open', edition = excluded.edition,
           opened_at = case when item.state = 'open' then item.opened_at else excluded.opened_at end,
           outcome = null, action = null, reason = null, note = null, decided_by = null, decided_at = null,
           appeal = null, appealed_at = null`,
  values: [tenantId, postId, topicId, authorId, edition, reach, at, version, position],
});

/** `set` says `$5` and so on to the values in `more`. */
const change = (
  schema: string,
  postId: string,
  { tenantId, version, position }: Recorded,
  set: string,
  ...more: unknown[]
): Statement => ({
  text: `update ${schema}.review_item set ${set}, version = $3, position = $4 where tenant_id = $1 and post_id = $2`,
  values: [tenantId, postId, version, position, ...more],
});

const takenBack = (schema: string, postId: string, memberId: string, tenantId: string): Statement => ({
  text: `delete from ${schema}.review_flag where tenant_id = $1 and post_id = $2 and member_id = $3 and outcome is null`,
  values: [tenantId, postId, memberId],
});

const counted = (schema: string, postId: string, { tenantId }: Recorded): Statement => ({
  text: `update ${schema}.review_item set (flags, weight) = (
           select count(*), coalesce(sum(weight), 0) from ${schema}.review_flag
           where tenant_id = $1 and post_id = $2 and outcome is null)
         where tenant_id = $1 and post_id = $2`,
  values: [tenantId, postId],
});

function reviewed(schema: string, data: ReviewData<'FlagReviewed'>, of: Recorded): Statement[] {
  const { postId, outcome, action, reason = null, note = null, moderatorId = null, features, at } = data;
  const { tenantId } = of;
  return [
    {
      text: `update ${schema}.review_flag set outcome = $3, decided_at = $4
             where tenant_id = $1 and post_id = $2 and outcome is null`,
      values: [tenantId, postId, outcome, at],
    },
    change(
      ...([schema, postId, of] as const),
      `state = 'decided', held = false, hidden = $6 = 'hide', score = 0, signals = '[]', flags = 0, weight = 0,
       outcome = $5, action = $6, reason = $7, note = $8, decided_by = $9, decided_at = $10`,
      ...[outcome, action, reason, note, moderatorId, at],
    ),
    ...(reason === 'spam' ? taught(schema, tenantId, features, 1, 0) : []),
    ...(outcome === 'rejected' ? taught(schema, tenantId, features, 0, 1) : []),
  ];
}

/** What a decision says of a text: so many more of spam, and of honest ones. */
const taught = (schema: string, tenantId: string, features: string, spam: number, honest: number): Statement[] => [
  {
    text: `insert into ${schema}.spam_feature as known select $1, unnest($2::int[]), $3, $4
           on conflict (tenant_id, feature) do update
           set spam = known.spam + excluded.spam, honest = known.honest + excluded.honest`,
    values: [tenantId, unpackFeatures(features), spam, honest],
  },
  {
    text: `insert into ${schema}.spam_total as known values ($1, $2, $3) on conflict (tenant_id) do update
           set spam = known.spam + excluded.spam, honest = known.honest + excluded.honest`,
    values: [tenantId, spam, honest],
  },
];
