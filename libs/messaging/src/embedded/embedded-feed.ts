import type {
  FeedEngine,
  FeedStatus,
  Publication,
  PublicationStatus,
  Stoppable,
  Subscription,
  SubscriptionStatus,
} from '../feed.js';
import type { FeedObserver } from '../feed-observer.js';
import { EmbeddedFollower } from './embedded-follower.js';

/**
 * The feed of services that run in one process: a follower reads the publisher's log itself. No broker; the same chain,
 * checkpoints and received log as over Kafka.
 */
export class EmbeddedFeed implements FeedEngine {
  readonly live = true;
  private readonly publications = new Map<string, Publication>();
  private readonly followers = new Set<EmbeddedFollower>();

  constructor(private readonly options: { readonly observe?: FeedObserver; readonly pollMs?: number } = {}) {}

  publish(publication: Publication): Promise<Stoppable> {
    this.publications.set(publication.source, publication);
    const stop = async () => {
      if (this.publications.get(publication.source) === publication) this.publications.delete(publication.source);
    };
    return Promise.resolve({ stop });
  }

  subscribe({ consumer, sources, receivedLog }: Subscription): Promise<Stoppable> {
    const { observe = {}, pollMs } = this.options;
    const started = sources.map((source) => {
      const publication = () => this.publications.get(source);
      return new EmbeddedFollower({ consumer, source, receivedLog, observe, publication, pollMs });
    });
    for (const follower of started) {
      this.followers.add(follower);
      follower.start();
    }
    const stop = async () => {
      await Promise.all(started.map((follower) => follower.stop()));
      for (const follower of started) this.followers.delete(follower);
    };
    return Promise.resolve({ stop });
  }

  async resume(source: string, options?: { readonly search?: boolean }): Promise<number> {
    const followers = [...this.followers].filter((follower) => follower.source === source);
    const resumed = await Promise.all(followers.map((follower) => follower.resume(options)));
    return resumed.reduce((sum, count) => sum + count, 0);
  }

  /** There is nothing between the log and its followers that could be sent again. */
  republish(): Promise<void> {
    return Promise.resolve();
  }

  async status(): Promise<FeedStatus> {
    const followers = [...this.followers];
    const subscriptions: SubscriptionStatus[] = await Promise.all(followers.map((follower) => follower.status()));
    const publications: PublicationStatus[] = await Promise.all(
      [...this.publications.values()].map(async ({ source, log }) => {
        const head = await log.head();
        return { source, position: head, head, leading: true }; // a log read directly is sent as soon as it is written
      }),
    );
    const halted = subscriptions.flatMap(({ consumer, source, halted: why }) =>
      why === undefined ? [] : [`${consumer} no longer follows ${source}: ${why}`],
    );
    const failing = followers.flatMap((follower) => follower.problem ?? []);
    return { engine: 'embedded', live: this.live, problems: [...halted, ...failing], publications, subscriptions };
  }
}
