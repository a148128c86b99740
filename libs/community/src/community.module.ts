import { services } from '@guichet/contracts';
import { defineService, MergeLock } from '@guichet/service';
import { categoryDecider } from './category/category.js';
import { CreateCategoryHandler } from './category/category.handler.js';
import { CategoryHttp } from './category/category.http.js';
import { toPublicEvent } from './community.publisher.js';
import { forumDecider } from './forum/forum.js';
import { ForumHttp } from './forum/forum.http.js';
import { FormHttp } from './holding/form.http.js';
import { Holding } from './holding/holding.store.js';
import { claimDecider } from './member/claim.js';
import { HandlesPolicy } from './member/handles.policy.js';
import { memberDecider } from './member/member.js';
import { ChooseHandleHandler, ModerateMemberHandler } from './member/member.handler.js';
import { MemberHttp } from './member/member.http.js';
import { MembersProjection } from './member/members.projection.js';
import { MemberCards } from './member/members.query.js';
import { Members } from './member/members.store.js';
import { communityMigrations } from './migrations/index.js';
import { ReadingHttp } from './reading/reading.http.js';
import { Reading } from './reading/reading.store.js';
import { reviewDecider } from './review/review.js';
import { ReviewHandler } from './review/review.handler.js';
import { ReviewHttp } from './review/review.http.js';
import { ReviewPolicy } from './review/review.policy.js';
import { ReviewStream } from './review/review-stream.http.js';
import { ReviewsProjection } from './review/reviews.projection.js';
import { Reviews } from './review/reviews.query.js';
import { Actors } from './topic/actors.store.js';
import { ArrangingHandler } from './topic/arranging.handler.js';
import { ArrangingHttp } from './topic/arranging.http.js';
import { topicDecider } from './topic/decide.js';
import { PostHandler } from './topic/post.handler.js';
import { PostHttp } from './topic/post.http.js';
import { TopicNumbers } from './topic/topic-numbers.store.js';
import { AddPostHandler, StartTopicHandler } from './topic/topic.handler.js';
import { TopicHttp } from './topic/topic.http.js';
import { Categories } from './topics/categories.query.js';
import { Posts } from './topics/posts.query.js';
import { Seen } from './topics/seen.query.js';
import { TopicsHttp } from './topics/topics.http.js';
import { TopicsProjection } from './topics/topics.projection.js';
import { Topics } from './topics/topics.query.js';
import { voteDecider } from './vote/vote.js';
import { VoteHandler } from './vote/vote.handler.js';
import { VoteHttp } from './vote/vote.http.js';

/** The forums: topics in categories, in which members and those who work here answer one another. */
export const CommunityModule = defineService(services.community, {
  connections: 20,
  deciders: [topicDecider, voteDecider, categoryDecider, forumDecider, memberDecider, claimDecider, reviewDecider],
  publish: toPublicEvent,
  migrations: communityMigrations,
  projections: [
    { projection: TopicsProjection, reads: ['own'] },
    { projection: MembersProjection, reads: ['own'] },
    { projection: ReviewsProjection, reads: ['own'] },
  ],
  policies: [
    { name: 'handles', policy: HandlesPolicy, reads: 'own' },
    { name: 'reviews', policy: ReviewPolicy, reads: 'own' },
  ],
  controllers: [
    TopicHttp,
    TopicsHttp,
    PostHttp,
    ArrangingHttp,
    VoteHttp,
    CategoryHttp,
    ForumHttp,
    MemberHttp,
    ReviewHttp,
    FormHttp,
    ReadingHttp,
  ],
  providers: [
    ...[StartTopicHandler, AddPostHandler, PostHandler, ArrangingHandler, VoteHandler, CreateCategoryHandler],
    ...[Actors, Members, TopicNumbers, MergeLock],
    ...[Topics, Posts, Seen, Categories],
    ...[ChooseHandleHandler, ModerateMemberHandler, MemberCards, Reading],
    ...[Holding, ReviewHandler, Reviews, ReviewStream],
  ],
});
