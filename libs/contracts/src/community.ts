/**
 * Public events of the community: its categories, topics, posts and votes. Streams and Kafka keys: `topic-<topicId>`,
 * `vote-<key>`, `ballot-<key>`, `category-<categoryId>`, `forum-<tenantId>`. People stand in them by their member ids, which say
 * not who they are; titles, bodies and names are not told: consumers fetch by HTTP what a caller may read. Votes go out
 * without the voter.
 */
import { type Static, Type } from 'typebox';
import { audiences } from './audience.js';
import { Data, Instant, notPersonal, oneOf, ShortText, Uuid } from './schema.js';

/** What a topic asks for: an answer, a talk, or something that the product should do. */
export const topicKinds = ['question', 'discussion', 'idea'] as const;
/** Why an answer is accepted no more. `not-visible`: it was hidden or removed. */
export const unacceptances = ['withdrawn', 'replaced', 'no-longer-works', 'not-visible'] as const;
/** Why a vote on an idea came back to its voter. */
export const returnReasons = ['withdrawn', 'locked', 'moved', 'merged'] as const;
export const acceptors = ['author', 'moderator'] as const;

const At = () => Instant({ description: 'When it happened.' });
const TopicId = () => Uuid({ description: 'The topic.' });
const PostId = (description = 'The post.') => Uuid({ description });
const CategoryId = (description = 'The category.') => Uuid({ description });
const MemberId = (description = 'Who wrote it.') => Uuid({ description });
const Locale = (description: string) => Type.String({ maxLength: 35, ...notPersonal('A language.'), description });
const Length = (description: string) => Type.Integer({ minimum: 0, description });
const Held = () =>
  Type.Boolean({ description: 'Whether a moderator has to look first: nobody else sees it until then.' });
const Official = () => Type.Boolean({ description: 'Whether somebody wrote it who works here.' });

export const TopicStarted = Data('Somebody began a topic, with its first post.', {
  topicId: TopicId(),
  postId: PostId('Its first post.'),
  number: Type.Integer({ minimum: 1, description: 'By which people know it; unique within the tenant.' }),
  categoryId: CategoryId(),
  kind: oneOf(topicKinds, 'What it asks for.'),
  locale: Locale('The language it is in.'),
  memberId: MemberId(),
  titleLength: Length('Characters.'),
  bodyLength: Length('Characters of the first post.'),
  official: Official(),
  held: Held(),
  at: At(),
});

const OfPost = { topicId: TopicId(), postId: PostId() };
export const PostAdded = Data('Somebody wrote in a topic.', {
  ...OfPost,
  memberId: MemberId(),
  replyTo: Type.Optional(PostId('The post that it answers.')),
  bodyLength: Length('Characters.'),
  official: Official(),
  held: Held(),
  at: At(),
});
export const PostReleased = Data('A moderator has looked at a post that was held: it is visible.', {
  ...OfPost,
  at: At(),
});
export const PostEdited = Data('A post says something else.', {
  ...OfPost,
  edition: Type.Integer({ minimum: 2, description: 'Counts from 1, which is what was written at first.' }),
  bodyLength: Length('Characters.'),
  at: At(),
});
export const PostHidden = Data('A post is visible no more, because of a review.', { ...OfPost, at: At() });
export const PostRestored = Data('A post that was hidden is visible again.', { ...OfPost, at: At() });
export const PostRemovedByAuthor = Data('Who wrote a post took it back.', { ...OfPost, at: At() });

export const AnswerAccepted = Data('A post answers the question.', {
  ...OfPost,
  by: oneOf(acceptors, 'Who says so: who asked, or a moderator.'),
  at: At(),
});
export const AnswerUnaccepted = Data('A post does not count as the answer any more.', {
  ...OfPost,
  why: oneOf(unacceptances, 'Why not.'),
  at: At(),
});
export const AnswerDoubted = Data('Somebody says that an accepted answer does not work for them.', {
  ...OfPost,
  version: Type.Optional(ShortText(notPersonal('A version of a product.'))),
  at: At(),
});

const OfTopic = { topicId: TopicId(), at: At() };
export const TopicRetitled = Data('A topic is called something else.', {
  ...OfTopic,
  titleLength: Length('Characters.'),
});
export const TopicMoved = Data('A topic is in another category.', {
  ...OfTopic,
  fromCategoryId: CategoryId('Where it was.'),
  categoryId: CategoryId('Where it is.'),
});
export const TopicLocked = Data('A topic takes no more posts.', OfTopic);
export const TopicUnlocked = Data('A topic takes posts again.', OfTopic);
export const TopicPinned = Data('A topic stands before the others of its category.', OfTopic);
export const TopicUnpinned = Data('A topic stands among the others again.', OfTopic);
export const TopicLanguageCorrected = Data('A topic is in another language than it said.', {
  ...OfTopic,
  locale: Locale('The language it is in.'),
});
export const TopicMerged = Data('Another topic asks the same: this one’s posts are shown there.', {
  ...OfTopic,
  intoTopicId: Uuid({ description: 'The other topic.' }),
});
export const TopicUnmerged = Data('The merging was a mistake: the topic stands by itself again.', {
  ...OfTopic,
  fromTopicId: Uuid({ description: 'The topic it had been merged into.' }),
});

export const VoteCast = Data('Somebody finds a post helpful.', { ...OfPost, at: At() });
export const VoteWithdrawn = Data('Who found a post helpful does so no more.', { ...OfPost, at: At() });
export const VoteVoided = Data('A vote does not count: a moderator found it dishonest.', { ...OfPost, at: At() });

export const IdeaVoteCast = Data('Somebody put one of their votes on an idea.', { ...OfTopic });
export const IdeaVoteReturned = Data('A vote on an idea came back to its voter.', {
  ...OfTopic,
  why: oneOf(returnReasons, 'Why.'),
});

export const ForumCategoryCreated = Data('A category that topics can be in.', {
  categoryId: CategoryId(),
  place: Type.Integer({ minimum: 0, description: 'Its order among the others.' }),
  audience: oneOf(audiences, 'Who may read what is in it.'),
  at: At(),
});
export const ForumCategoryNamed = Data('The category is called so in this language.', {
  categoryId: CategoryId(),
  locale: Locale('The language of the name.'),
  name: ShortText(notPersonal('What a category is called.')),
  at: At(),
});
export const ForumCategoryPlaced = Data('The category is at another place.', {
  categoryId: CategoryId(),
  place: Type.Integer({ minimum: 0, description: 'Its order among the others.' }),
  at: At(),
});
export const ForumCategoryAudienceChanged = Data('Other people may read what is in the category.', {
  categoryId: CategoryId(),
  audience: oneOf(audiences, 'Who may read what is in it.'),
  at: At(),
});
export const ForumCategoryArchived = Data('The category takes no more topics.', { categoryId: CategoryId(), at: At() });

export const ForumCategoryReopened = Data('The category takes topics again.', { categoryId: CategoryId(), at: At() });
export const ForumRulesSet = Data('What holds for all categories.', {
  maxAccepted: Type.Integer({ minimum: 1, maximum: 3, description: 'Accepted answers of a question.' }),
  at: At(),
});

export const communityEvents = {
  TopicStarted,
  PostAdded,
  PostReleased,
  PostEdited,
  PostHidden,
  PostRestored,
  PostRemovedByAuthor,
  AnswerAccepted,
  AnswerUnaccepted,
  AnswerDoubted,
  TopicRetitled,
  TopicMoved,
  TopicLocked,
  TopicUnlocked,
  TopicPinned,
  TopicUnpinned,
  TopicLanguageCorrected,
  TopicMerged,
  TopicUnmerged,
  VoteCast,
  VoteWithdrawn,
  VoteVoided,
  IdeaVoteCast,
  IdeaVoteReturned,
  ForumCategoryCreated,
  ForumCategoryNamed,
  ForumCategoryPlaced,
  ForumCategoryAudienceChanged,
  ForumCategoryArchived,
  ForumCategoryReopened,
  ForumRulesSet,
} as const;

export type CommunityEventData = { [T in keyof typeof communityEvents]: Static<(typeof communityEvents)[T]> };
