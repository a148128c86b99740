import type { RequestContext } from '@guichet/http-host';
import { Changes, type LiveView } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { editors } from '../callers.http.js';
import { workSubject } from './articles.projection.js';
import { type WorkCount, WorkCounts } from './work-counts.query.js';

/** Least time between two counts of a tenant's work, ms: saves come in bursts. */
const everyMs = 500;

interface Seen {
  readonly id: string;
  readonly told: {
    readonly translations: readonly WorkCount[];
    /** For those who review. */
    readonly reviews?: readonly WorkCount[];
  };
}

/** How much there is to do, by language: Server-Sent Events named `work`. Who is told reads the lists again. */
@Injectable()
export class WorkStream {
  constructor(
    private readonly counts: WorkCounts,
    private readonly changes: Changes,
  ) {}

  view(ctx: RequestContext): LiveView<Seen> {
    const { tenantId } = ctx;
    const reviews = ctx.is(...editors);
    const look = () => this.look(tenantId, reviews);
    const eventOf = ({ id, told }: Seen) => ({ id, event: 'work', data: told });
    return {
      tenantId,
      everyMs,
      key: `work/${reviews ? 'editors' : 'writers'}`,
      listen: (changed) => this.changes.listen(tenantId, workSubject, changed),
      begin: (turn) => turn(look),
      async news({ id }, turn) {
        const seen = await turn(look);
        return seen.id === id ? undefined : { state: seen, events: [eventOf(seen)] };
      },
      welcome: async (seen, lastEventId) => (lastEventId === seen.id ? [] : [eventOf(seen)]),
    };
  }

  private async look(tenantId: string, withReviews: boolean): Promise<Seen> {
    const { mark, translations, reviews } = await this.counts.now(tenantId);
    return { id: mark, told: { translations, ...(withReviews && { reviews }) } };
  }
}
