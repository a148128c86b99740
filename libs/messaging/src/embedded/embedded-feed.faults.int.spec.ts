import { itSurvives } from '../conformance/feed-crashes.js';
import { itWithstands } from '../conformance/feed-faults.js';
import type { FeedWorld } from '../conformance/feed-world.js';
import { EmbeddedFeed } from './embedded-feed.js';

describe('the embedded feed', () => {
  describe('withstands', () => {
    itWithstands({ create: () => new EmbeddedFeed() });
  });

  describe('survives', () => {
    const settings = ({ publisher, follower }: FeedWorld) => ({
      publisherUrl: publisher.appUrl,
      followerUrl: follower.appUrl,
    });
    itSurvives({ processes: (world) => ({ 'process-1': settings(world), 'process-2': settings(world) }) });
  });
});
