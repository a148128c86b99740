import { DomainError } from '@guichet/event-sourcing';
import { Admission, type LiveAnswer, RateLimits, type RequestContext, sse } from '@guichet/http-host';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { LiveView } from './live-view.js';
import { LookTurns } from './look-turns.js';
import { SharedView } from './shared-view.js';

/**
 * The live streams of a service. Equal questions of one tenant with equal rights share one computation; computations
 * take turns as requests do, one at a time for each tenant.
 */
@Injectable()
export class LiveViews implements BeforeApplicationShutdown {
  private readonly log = new Logger(LiveViews.name);
  private readonly turns: LookTurns;
  private readonly views = new Map<string, SharedView<unknown>>();

  constructor(
    admission: Admission,
    private readonly limits: RateLimits,
  ) {
    this.turns = new LookTurns((tenantId, work) => admission.work(tenantId, work));
  }

  /** How many questions are being watched. */
  get size(): number {
    return this.views.size;
  }

  /**
   * Answers a request with the view's stream.
   * @param lastEventId where the client was, if not by its `Last-Event-ID`.
   * @throws Problem 429 where the client or its tenant has enough streams; whatever the view's `begin` throws.
   */
  async open<State>(ctx: RequestContext, view: LiveView<State>, lastEventId?: string): Promise<LiveAnswer> {
    this.limits.mustHaveStream(ctx);
    const shared = this.shared(view, ctx.subject);
    // While others are asked, the request's own place is theirs.
    await ctx.aside(async () => {
      await shared.begun;
      if (Object.keys(ctx.after).length > 0) await shared.fresh();
    });
    return sse((client) => shared.join(client), lastEventId === undefined ? {} : { lastEventId });
  }

  beforeApplicationShutdown(): void {
    for (const view of this.views.values()) view.end();
  }

  private shared<State>(view: LiveView<State>, watcher: string): SharedView<State> {
    const key = `${view.tenantId}/${view.key}`;
    const known = this.views.get(key);
    // The key stands for the view, and so for the type of its state.
    if (known) return known as SharedView<State>;
    const turn = <Result>(work: () => Promise<Result>) => this.turns.take(view.tenantId, watcher, work);
    const shared = new SharedView(view, turn, (error) => this.failed(error));
    this.views.set(key, shared);
    shared.signal.addEventListener('abort', () => this.views.delete(key), { once: true });
    return shared;
  }

  private failed(error: unknown): void {
    // What was watched is no longer there, or no longer the watchers' to see.
    if (error instanceof DomainError) return;
    this.log.error('Live streams have ended; their clients will come back.', error);
  }
}
