import { services } from '@guichet/contracts';
import { defineService, MergeLock } from '@guichet/service';
import { ballotDecider } from './ballot/ballot.js';
import { BallotHandler } from './ballot/ballot.handler.js';
import { BallotHttp } from './ballot/ballot.http.js';
import { BallotPolicy } from './ballot/ballot.policy.js';
import { EraseMeHandler } from './erasure/erase-me.handler.js';
import { ErasureHttp } from './erasure/erasure.http.js';
import { ErasurePolicy } from './erasure/erasure.policy.js';
import { Erasures } from './erasure/erasures.store.js';
import { OwnData } from './erasure/own-data.query.js';
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
import { NoticeHttp } from './notice/notice.http.js';
import { NoticePolicy } from './notice/notice.policy.js';
import { Notices } from './notice/notices.store.js';
import { ReadingHttp } from './reading/reading.http.js';
import { Reading } from './reading/reading.store.js';
import { reviewDecider } from './review/review.js';
import { OwnReviewsHttp } from './review/own-reviews.http.js';
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
import { SearchHttp } from './topics/search.http.js';
import { TopicSearches } from './topics/searches.query.js';
import { TopicStreamHttp } from './topics/topic-stream.http.js';
import { LedgerHttp } from './topics/ledger.http.js';
import { TopicsHttp } from './topics/topics.http.js';
import { TopicsProjection } from './topics/topics.projection.js';
import { Topics } from './topics/topics.query.js';
import { voteDecider } from './vote/vote.js';
import { VoteHandler } from './vote/vote.handler.js';
import { VoteHttp } from './vote/vote.http.js';

/** The forums: topics in categories, in which members and those who work here answer one another. */
export const CommunityModule = defineService(services.community, {
  connections: 20,
  deciders: [
    ...[topicDecider, voteDecider, ballotDecider, categoryDecider, forumDecider],
    ...[memberDecider, claimDecider, reviewDecider],
  ],
  publish: toPublicEvent,
  migrations: communityMigrations,
  projections: [
    { projection: TopicsProjection, reads: ['own'] },
    { projection: MembersProjection, reads: ['own'] },
    { projection: ReviewsProjection, reads: ['own'] },
  ],
  policies: [
    { name: 'ballots', policy: BallotPolicy, reads: 'own' },
    { name: 'notices', policy: NoticePolicy, reads: 'own' },
    { name: 'erasures', policy: ErasurePolicy, reads: 'own' },
    { name: 'handles', policy: HandlesPolicy, reads: 'own' },
    { name: 'reviews', policy: ReviewPolicy, reads: 'own' },
  ],
  controllers: [
    TopicHttp,
    TopicsHttp,
    TopicStreamHttp,
    SearchHttp,
    LedgerHttp,
    PostHttp,
    ArrangingHttp,
    VoteHttp,
    BallotHttp,
    CategoryHttp,
    ForumHttp,
    MemberHttp,
    ErasureHttp,
    ReviewHttp,
    OwnReviewsHttp,
    FormHttp,
    ReadingHttp,
    NoticeHttp,
  ],
  providers: [
    ...[StartTopicHandler, AddPostHandler, PostHandler, ArrangingHandler, VoteHandler, CreateCategoryHandler],
    BallotHandler,
    ...[Actors, Members, TopicNumbers, MergeLock],
    ...[Topics, TopicSearches, Posts, Seen, Categories],
    ...[Erasures, EraseMeHandler, OwnData],
    ...[ChooseHandleHandler, ModerateMemberHandler, MemberCards, Reading, Notices],
    ...[Holding, ReviewHandler, Reviews, ReviewStream],
  ],
});
