import { Changes, type LiveView } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { Reviews } from './reviews.query.js';
import { queueSubject } from './reviews.projection.js';

/** Least time between two counts of a tenant's reviews, ms: flags come in bursts. */
const everyMs = 500;

interface Seen {
  readonly id: string;
  readonly told: { readonly open: number; readonly appealed: number };
}

/** How many reviews wait: Server-Sent Events named `reviews`. Who is told reads the list again. */
@Injectable()
export class ReviewStream {
  constructor(
    private readonly reviews: Reviews,
    private readonly changes: Changes,
  ) {}

  view(tenantId: string): LiveView<Seen> {
    const look = () => this.look(tenantId);
    const eventOf = ({ id, told }: Seen) => ({ id, event: 'reviews', data: told });
    return {
      ...{ tenantId, everyMs, key: 'reviews' },
      listen: (changed) => this.changes.listen(tenantId, queueSubject, changed),
      begin: (turn) => turn(look),
      async news({ id }, turn) {
        const seen = await turn(look);
        return seen.id === id ? undefined : { state: seen, events: [eventOf(seen)] };
      },
      welcome: async (seen, lastEventId) => (lastEventId === seen.id ? [] : [eventOf(seen)]),
    };
  }

  private async look(tenantId: string): Promise<Seen> {
    const { mark, open, appealed } = await this.reviews.counts(tenantId);
    return { id: mark, told: { open, appealed } };
  }
}
