import { services } from '@guichet/contracts';
import { defineService, MergeLock } from '@guichet/service';
import { categoryDecider } from './category/category.js';
import { CreateCategoryHandler } from './category/category.handler.js';
import { CategoryHttp } from './category/category.http.js';
import { toPublicEvent } from './community.publisher.js';
import { forumDecider } from './forum/forum.js';
import { ForumHttp } from './forum/forum.http.js';
import { claimDecider } from './member/claim.js';
import { memberDecider } from './member/member.js';
import { Members } from './member/members.store.js';
import { communityMigrations } from './migrations/index.js';
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
  deciders: [topicDecider, voteDecider, categoryDecider, forumDecider, memberDecider, claimDecider],
  publish: toPublicEvent,
  migrations: communityMigrations,
  projections: [{ projection: TopicsProjection, reads: ['own'] }],
  controllers: [TopicHttp, TopicsHttp, PostHttp, ArrangingHttp, VoteHttp, CategoryHttp, ForumHttp],
  providers: [
    ...[StartTopicHandler, AddPostHandler, PostHandler, ArrangingHandler, VoteHandler, CreateCategoryHandler],
    ...[Actors, Members, TopicNumbers, MergeLock],
    ...[Topics, Posts, Seen, Categories],
  ],
});
