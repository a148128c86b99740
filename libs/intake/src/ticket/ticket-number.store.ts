import { TenantNumbers } from '@guichet/service';
import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { firstTicketNumber, formatTicketNumber } from './ticket-number.js';

/** Hands out a tenant's ticket numbers, each once, to any number of processes. One that is not used leaves a gap. */
@Injectable()
export class TicketNumbers {
  private readonly counts: TenantNumbers;

  constructor(@Inject(pg.Pool) pool: pg.Pool) {
    this.counts = new TenantNumbers(pool, { table: 'ticket_counter', first: firstTicketNumber });
  }

  async next(tenantId: string): Promise<string> {
    return formatTicketNumber(await this.counts.next(tenantId));
  }

  /** Makes sure that no number up to `count` will be handed out any more. */
  stayAheadOf(tenantId: string, count: number): Promise<void> {
    return this.counts.stayAheadOf(tenantId, count);
  }
}
