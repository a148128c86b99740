import { TenantNumbers } from '@guichet/service';
import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';

/** Hands out a tenant's article numbers, each once, to any number of processes. One that is not used leaves a gap. */
@Injectable()
export class ArticleNumbers extends TenantNumbers {
  constructor(@Inject(pg.Pool) pool: pg.Pool) {
    super(pool, { table: 'article_counter', first: 1 });
  }
}
