import { TenantNumbers } from '@guichet/service';
import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';

/** Hands out a tenant's topic numbers, each once, to any number of processes. One that is not used leaves a gap. */
@Injectable()
export class TopicNumbers extends TenantNumbers {
  constructor(@Inject(pg.Pool) pool: pg.Pool) {
    super(pool, { table: 'topic_counter', first: 1 });
  }
}
